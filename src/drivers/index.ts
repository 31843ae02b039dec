import type { DriverName } from '../domain/agent.ts';
import type { Driver, Subject } from '../domain/driver.ts';
import { driverOf } from '../domain/task.ts';

/** All drivers as one: each task by its own. */
export function drivers(all: Readonly<Record<DriverName, Driver>>): Driver {
  const of = ({ spec }: Pick<Subject, 'spec'>): Driver => all[driverOf(spec)];
  return {
    observe: (subject) => of(subject).observe(subject),
    examine: (subject) => of(subject).examine(subject),
    isCalm: (subject) => of(subject).isCalm(subject),
    drawnAt: (subject) => of(subject).drawnAt?.(subject),
    obstacle: async () => await all.print.obstacle?.(), // the machine is the same for all
    plan: (subject) => of(subject).plan(subject),
    launch: (subject, plan, continuation) => of(subject).launch(subject, plan, continuation),
    terminate: (subject) => of(subject).terminate(subject),
    reap: (subject) => of(subject).reap(subject),
    reconcile: (subject) => of(subject).reconcile(subject),
    say: (subject, words) => of(subject).say(subject, words),
    close: (subject) => of(subject).close(subject),
    finish: (subject) => of(subject).finish(subject),
    keepScreen: (subject) => of(subject).keepScreen(subject),
    screen: (subject) => of(subject).screen(subject),
    isShown: (subject) => of(subject).isShown(subject),
    release: (subject) => of(subject).release(subject),
  };
}
