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
  if ((text === undefined) === (keys === undefined))
    throw new Refusal(EXIT.usage, 'send either TEXT or --key, not both');
  const { attempt } = held.task;
  const mayStill = () => {
    if (!force) mustTakeWords(held, attempt);
  };
  mayStill();
  return { sent: await typeInto(context, held, text === undefined ? { keys: keys ?? [] } : { text }, mayStill) };
}

/** Throws where nobody would read what is typed, or somebody else than the attempt that it was meant for. */
function mustTakeWords(held: Held, attempt: number): void {
  const { spec, task } = held;
  const { state } = task.phase;
  if (isFinal(task.phase)) throw new Refusal(EXIT.wrongState, overText(spec.name, state));
  if (task.attempt === attempt && (state === 'waiting-input' || isAtPrompt(held))) return;
  throw new Refusal(
    EXIT.wrongState,
    `${spec.name} is ${state} and asks nothing: what is typed now may be read by nobody, or by a program it runs; --force types it all the same`,
  );
}

/** By its own word: a turn has ended, and its program is there for the next one. */
const isAtPrompt = ({ spec, task, seen }: Held): boolean =>
  driverOf(spec) === 'tui' && task.phase.state === 'running' && seen?.progress.turn === 'ended';
