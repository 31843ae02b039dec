import { isFinal } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';
import { subjectOf } from '../effects.ts';

/** Forgets ended tasks with everything that was kept of them, their sessions too. */
export async function prune(context: Context, { olderMs, task, dryRun }: Parsed<'prune'>): Promise<Result<'prune'>> {
  const { supervisor, driver, store } = context;
  const chosen = task === undefined ? supervisor.tasks : [find(context, task)];
  const [living] = task === undefined ? [] : chosen.filter((held) => !isFinal(held.task.phase));
  if (living)
    throw new Refusal(
      EXIT.wrongState,
      `${living.spec.name} is ${living.task.phase.state}: end it first with: holdfast stop ${living.spec.name}`,
    );
  const before = Date.now() - olderMs;
  const doomed = chosen.filter((held) => isFinal(held.task.phase) && held.task.since <= before);
  if (!dryRun) {
    for (const held of doomed) {
      await driver.close(subjectOf(held));
      supervisor.remove(held);
      await store.forget(held);
    }
  }
  return { pruned: doomed.map(({ spec }) => spec.id) };
}
