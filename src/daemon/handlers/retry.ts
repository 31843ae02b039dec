import { isFinal } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';
import { rowOf } from '../rows.ts';

/** Runs an ended task again, in the same conversation; one that waits for its next attempt gets it now. */
export async function retry(context: Context, { task: selector }: Parsed<'retry'>): Promise<Result<'retry'>> {
  const { supervisor } = context;
  const held = find(context, selector);
  const { state } = held.task.phase;
  if (!isFinal(held.task.phase) && state !== 'backing-off' && state !== 'rate-limited') {
    throw new Refusal(
      EXIT.wrongState,
      `${held.spec.name} is ${state}: only an ended or a waiting task can be retried; end it first with: holdfast stop ${held.spec.name}`,
    );
  }
  const twin = supervisor.tasks.find(
    (other) => other !== held && other.spec.name === held.spec.name && !isFinal(other.task.phase),
  );
  if (twin)
    throw new Refusal(EXIT.nameTaken, `the name ${held.spec.name} is taken by ${twin.spec.id}: end that one first`);
  await supervisor.tell(held, { type: 'retryRequested', by: 'an operator' });
  await supervisor.look(held);
  return { task: rowOf(held) };
}
