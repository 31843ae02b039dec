import type { Driver, Subject } from '../domain/driver.ts';
import { isFinal } from '../domain/task.ts';
import { livingTasks } from '../drivers/ending.ts';
import type { Supervisor } from './supervisor.ts';

/** Concludes ended tasks of which something lives: a daemon may have died between a verdict and its consequences. */
export async function concludeAll(supervisor: Supervisor, { finish }: Pick<Driver, 'finish'>): Promise<void> {
  const living = await livingTasks();
  const left = supervisor.tasks.filter(({ spec, task }) => living.has(spec.id) && isFinal(task.phase));
  await Promise.all(left.map((held) => supervisor.onceEnded(held, finish)));
}

/** Ends what an ended task has left alive, and closes its session. False where something cannot be ended. */
export async function closeAll(
  driver: Pick<Driver, 'close' | 'reap'>,
  subject: Subject,
  living = livingTasks,
): Promise<boolean> {
  const over = !(await living()).has(subject.spec.id) || (await driver.reap(subject)) !== undefined;
  await driver.close(subject);
  return over;
}
