import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';
import { detailOf } from '../rows.ts';

/** One task. One that ended before this daemon began is looked at once more, for what its agent said. */
export async function show(context: Context, { task }: Parsed<'show'>): Promise<Result<'show'>> {
  const held = find(context, task);
  if (!held.seen && held.task.attempt > 0) await context.supervisor.see(held);
  return { task: await detailOf(held, context) };
}
