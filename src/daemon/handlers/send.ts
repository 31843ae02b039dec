import { LaunchError } from '../../domain/driver.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';
import { subjectOf } from '../effects.ts';

/** Types into the session of a task. An agent in print mode reads no keyboard, so it has to be asked for twice. */
export async function send(
  context: Context,
  { task: selector, text, keys, force }: Parsed<'send'>,
): Promise<Result<'send'>> {
  const held = find(context, selector);
  const { state } = held.task.phase;
  if ((text === undefined) === (keys === undefined))
    throw new Refusal(EXIT.usage, 'send either TEXT or --key, not both');
  if (state !== 'waiting-input' && !force) {
    throw new Refusal(
      EXIT.wrongState,
      `${held.spec.name} is ${state} and asks nothing: what is typed now may be read by nobody, or by a program it runs; --force types it all the same`,
    );
  }
  try {
    return { sent: await context.driver.say(subjectOf(held), text === undefined ? { keys: keys ?? [] } : { text }) };
  } catch (error) {
    if (error instanceof LaunchError) throw new Refusal(EXIT.wrongState, error.message, { cause: error });
    throw error;
  }
}
