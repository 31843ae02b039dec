import { LaunchError } from '../domain/driver.ts';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import type { Context } from './context.ts';
import { subjectOf } from './effects.ts';
import type { Held } from './held.ts';

/** Types into the session of a task, or refuses where nobody would read it. */
export async function typeInto(
  { driver }: Pick<Context, 'driver'>,
  held: Held,
  words: Parameters<Context['driver']['say']>[1],
): Promise<string> {
  try {
    return await driver.say(subjectOf(held), words);
  } catch (error) {
    if (error instanceof LaunchError) throw new Refusal(EXIT.wrongState, error.message, { cause: error });
    throw error;
  }
}
