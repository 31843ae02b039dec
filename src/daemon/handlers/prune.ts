import type { Driver } from '../../domain/driver.ts';
import type { TaskId } from '../../domain/ids.ts';
import { isFinal } from '../../domain/task.ts';
import { livingTasks } from '../../drivers/ending.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { find } from '../context.ts';
import { closeAll } from '../leftovers.ts';
import type { Store } from '../store.ts';
import type { Supervisor } from '../supervisor.ts';

/** What forgetting needs: it decides nothing about a task that has not ended, and writes nothing. */
export interface Pruning {
  readonly supervisor: Pick<Supervisor, 'tasks' | 'onceEnded' | 'remove'>;
  readonly driver: Pick<Driver, 'close' | 'reap'>;
  readonly store: Pick<Store, 'forget'>;
}

/** Forgets ended tasks with everything that was kept of them, their sessions and what they left alive too; not what cannot be ended. */
export async function prune(context: Pruning, { olderMs, task, dryRun }: Parsed<'prune'>): Promise<Result<'prune'>> {
  const { supervisor, driver, store } = context;
  const chosen = task === undefined ? supervisor.tasks : [find(context, task)];
  const [unended] = task === undefined ? [] : chosen.filter((held) => !isFinal(held.task.phase));
  if (unended)
    throw new Refusal(
      EXIT.wrongState,
      `${unended.spec.name} is ${unended.task.phase.state}: end it first with: holdfast stop ${unended.spec.name}`,
    );
  const before = Date.now() - olderMs;
  const doomed = chosen.filter((held) => isFinal(held.task.phase) && held.task.since <= before);
  if (dryRun) return { pruned: doomed.map(({ spec }) => spec.id) };
  let looked: ReturnType<typeof livingTasks> | undefined;
  const living = () => (looked ??= livingTasks()); // in the turn of the first: nobody who asks later comes before it
  const pruned: TaskId[] = [];
  for (const held of doomed) {
    await supervisor.onceEnded(held, async (subject) => {
      if (!(await closeAll(driver, subject, living))) return;
      supervisor.remove(held);
      await store.forget(held);
      pruned.push(held.spec.id);
    });
  }
  return { pruned };
}
