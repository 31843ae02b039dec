import type { Driver } from '../domain/driver.ts';
import { isFinal } from '../domain/task.ts';
import { takeTurns } from '../system/turns.ts';
import { subjectOf } from './effects.ts';
import type { Held } from './held.ts';
import { lookAt } from './look.ts';
import type { Supervisor } from './supervisor.ts';

/** Holds the tasks of a daemon without the lock: it looks at them, one look at a time, and can decide nothing. */
export function onlooker(
  found: readonly Held[],
  driver: Driver,
): Pick<Supervisor, 'tasks' | 'see' | 'onceEnded' | 'remove'> {
  const tasks = new Set(found);
  const turns = takeTurns(1);
  return {
    get tasks() {
      return [...tasks];
    },
    see: async (held) =>
      await turns(async () => {
        held.undecided = await lookAt(held, driver, () => undefined);
        if (isFinal(held.task.phase)) driver.release(subjectOf(held));
      }),
    onceEnded: async (held, deed) =>
      await turns(async () => void (isFinal(held.task.phase) && (await deed(subjectOf(held))))),
    remove: (held) => void tasks.delete(held),
  };
}
