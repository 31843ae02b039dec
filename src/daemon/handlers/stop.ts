import { isFinal } from '../../domain/task.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';
import { subjectOf } from '../effects.ts';
import { rowOf } from '../rows.ts';

const KILL_MS = 10_000;

/** Ends a task and everything it started, and answers when that is so; for an ended task it closes the session. */
export async function stop(
  context: Context,
  { task, graceMs }: Parsed<'stop'>,
  caller: AbortSignal,
): Promise<Result<'stop'>> {
  const { supervisor, changes, driver } = context;
  const held = find(context, task);
  if (!isFinal(held.task.phase)) await supervisor.tell(held, { type: 'stopRequested', by: 'an operator', graceMs });
  const until = Date.now() + graceMs + KILL_MS;
  while (!isFinal(held.task.phase) && Date.now() < until && !caller.aborted) {
    const { phase } = held.task;
    const killIn = phase.state === 'stopping' ? Math.max(20, phase.killAt - Date.now()) : 1000;
    await changes.next(Math.min(killIn, 1000), caller);
    await supervisor.look(held);
  }
  if (isFinal(held.task.phase)) await driver.close(subjectOf(held));
  return { task: rowOf(held) };
}
