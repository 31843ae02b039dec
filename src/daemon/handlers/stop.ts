import { isFinal } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';
import { closeAll } from '../leftovers.ts';
import { rowOf } from '../rows.ts';

const KILL_MS = 10_000;

/** Ends a task and everything it started, closes its session, and answers when that is so. */
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
  await supervisor.onceEnded(held, async (subject) => {
    if (await closeAll(driver, subject)) return;
    throw new Refusal(EXIT.error, `not all processes of ${held.spec.name} can be ended: look for what holds them`);
  });
  return { task: rowOf(held) };
}
