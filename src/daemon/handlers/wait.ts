import { isFinal } from '../../domain/task.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { find, type Reading } from '../context.ts';
import { rowOf } from '../rows.ts';

/** Waits until the tasks are over, all or any, for `waitMs` at most. */
export async function wait(
  context: Reading,
  { tasks, any, waitMs }: Parsed<'wait'>,
  caller: AbortSignal,
): Promise<Result<'wait'>> {
  const helds = tasks.map((selector) => find(context, selector));
  const over = () => {
    const ended = helds.filter(({ task }) => isFinal(task.phase)).length;
    return any ? ended > 0 : ended === helds.length;
  };
  const until = Date.now() + waitMs;
  while (!over() && !caller.aborted) {
    const left = until - Date.now();
    if (left <= 0) break;
    await context.changes.next(left, caller);
  }
  return { over: over(), tasks: helds.map(rowOf) };
}
