import { overText } from '../../domain/over-text.ts';
import { driverOf, isFinal } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';
import type { Held } from '../held.ts';
import { typeInto } from '../typing.ts';

/** Types into the session of a task. An agent in print mode reads no keyboard, and its own program only at its prompt: else it has to be asked for twice. */
export async function send(
  context: Context,
  { task: selector, text, keys, force }: Parsed<'send'>,
): Promise<Result<'send'>> {
  const held = find(context, selector);
  const { state } = held.task.phase;
  if ((text === undefined) === (keys === undefined))
    throw new Refusal(EXIT.usage, 'send either TEXT or --key, not both');
  if (isFinal(held.task.phase) && !force) throw new Refusal(EXIT.wrongState, overText(held.spec.name, state));
  if (state !== 'waiting-input' && !isAtPrompt(held) && !force) {
    throw new Refusal(
      EXIT.wrongState,
      `${held.spec.name} is ${state} and asks nothing: what is typed now may be read by nobody, or by a program it runs; --force types it all the same`,
    );
  }
  return { sent: await typeInto(context, held, text === undefined ? { keys: keys ?? [] } : { text }) };
}

/** By its own word: a turn has ended, and its program is there for the next one. */
const isAtPrompt = ({ spec, task, seen }: Held): boolean =>
  driverOf(spec) === 'tui' && task.phase.state === 'running' && seen?.progress.turn === 'ended';
