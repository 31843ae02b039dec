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
  const { name } = held.spec;
  const wish = { type: 'stopRequested', by: 'an operator', graceMs } as const;
  const { run } = isFinal(held.task.phase) ? held.task : await supervisor.tell(held, wish);
  const isRetried = () => held.task.run !== run; // by another hand, in the moment between its end and a look at it
  const until = Date.now() + graceMs + KILL_MS;
  while (!isFinal(held.task.phase) && !isRetried() && Date.now() < until && !caller.aborted) {
    const { phase } = held.task;
    const killIn = phase.state === 'stopping' ? Math.max(20, phase.killAt - Date.now()) : 1000;
    await changes.next(Math.min(killIn, 1000), caller);
    await supervisor.look(held);
  }
  if (!isFinal(held.task.phase) && !isRetried())
    throw new Refusal(
      EXIT.tryAgain,
      `${name} is still ${held.task.phase.state}, and is being ended: see what it waits for with: holdfast explain ${name}`,
    );
  await supervisor.onceEnded(held, async (subject) => {
    if (await closeAll(driver, subject)) return;
    throw new Refusal(
      EXIT.tryAgain,
      `not all processes of ${name} can be ended: look for what holds them, and stop it again`,
    );
  });
  if (isRetried()) throw new Refusal(EXIT.wrongState, `${name} had ended, and was let go on at once by a retry`);
  return { task: rowOf(held) };
}
