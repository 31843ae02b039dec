import { isFinal } from '../../domain/task.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { find, type Reading } from '../context.ts';
import { subjectOf } from '../effects.ts';
import { detailOf } from '../rows.ts';

/** One task. One that ended before this daemon began is looked at once more, for what its agent said. */
export async function show(context: Reading, { task }: Parsed<'show'>): Promise<Result<'show'>> {
  const held = find(context, task);
  if (!held.seen && held.task.attempt > 0) await context.supervisor.see(held);
  const detail = await detailOf(held, context);
  const gone = isFinal(held.task.phase) && (await context.driver.isShown(subjectOf(held))) === false;
  return { task: { ...detail, ...(gone ? { sessionGone: true as const } : {}) } };
}
