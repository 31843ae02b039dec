import { LaunchError } from '../domain/driver.ts';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import type { Context } from './context.ts';
import { say } from './effects.ts';
import type { Held } from './held.ts';

/** Types into the session of a task in its turn, or refuses where nobody would read it. `mayStill` throws where others were faster. */
export async function typeInto(
  { driver, supervisor }: Pick<Context, 'driver' | 'supervisor'>,
  held: Held,
  words: Parameters<Context['driver']['say']>[1],
  mayStill?: () => void,
): Promise<string> {
  try {
    return await supervisor.turn(held, async () => {
      mayStill?.();
      return await say(held, driver, words);
    });
  } catch (error) {
    if (error instanceof LaunchError) throw new Refusal(EXIT.wrongState, error.message, { cause: error });
    throw error;
  }
}
