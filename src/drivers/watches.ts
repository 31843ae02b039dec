import { existsSync } from 'node:fs';
import type { Agent } from '../domain/agent.ts';
import type { Subject } from '../domain/driver.ts';
import type { Observation } from '../domain/observation.ts';
import { failpoint } from '../system/failpoint.ts';
import { type Lifeline, lifeline, makeFifo } from '../system/lifeline.ts';
import { attemptFiles } from './attempt.ts';
import { type EventLog, eventLog } from './event-log.ts';

interface Watch {
  readonly attempt: number;
  readonly log: EventLog;
  line?: Lifeline;
}

/** What is known of the present attempt of a task. */
export interface Watched {
  readonly log: EventLog;
  readonly runner: () => Observation['runner'];
}

/** Who is told when files change in a directory of attempts. */
export interface FileWatch {
  readonly add: (taskDir: string) => void;
  readonly remove: (taskDir: string) => void;
}

/** What is kept in memory of each task's present attempt: how far its events were read, and the hold on its runner. */
export function watches(
  hint: (taskId: string) => void,
  files: FileWatch,
  readOf: (subject: Subject) => Agent['print']['read'],
) {
  const all = new Map<string, Watch>();

  const watchOf = (subject: Subject): Watch => {
    const { spec, task, dir } = subject;
    const known = all.get(spec.id);
    if (known?.attempt === task.attempt) return known;
    if (known) known.line?.close();
    else files.add(dir);
    const fresh: Watch = {
      attempt: task.attempt,
      log: eventLog(attemptFiles(dir, task.attempt).events, readOf(subject)),
    };
    all.set(spec.id, fresh);
    return fresh;
  };

  const held = (subject: Subject): Lifeline | undefined => {
    const watch = watchOf(subject);
    if (watch.line) return watch.line;
    const { fifo } = attemptFiles(subject.dir, watch.attempt);
    if (existsSync(fifo)) watch.line = lifeline(fifo, () => hint(subject.spec.id));
    return watch.line;
  };

  return {
    of: (subject: Subject): Watched => ({
      log: watchOf(subject).log,
      runner: () => held(subject)?.holder() ?? 'gone',
    }),
    /** Has nothing been heard of its end, nor anything of its agent? Where the last word on its runner is old, it is asked anew. */
    isCalm: (subject: Subject): boolean => (held(subject)?.isHeld() ?? false) && !watchOf(subject).log.hasNews(),
    /** Makes the FIFO that the runner will hold, by the `mkfifo` of this environment, and holds our end of it first: its end of file cannot be missed. */
    begin: async (subject: Subject, env: Readonly<Record<string, string>>): Promise<void> => {
      const { fifo } = attemptFiles(subject.dir, subject.task.attempt);
      failpoint();
      if (!existsSync(fifo)) await makeFifo(fifo, env);
      failpoint();
      const watch = watchOf(subject);
      watch.line?.close(); // of an earlier order of the same attempt
      delete watch.line;
      held(subject);
    },
    end: ({ spec, dir }: Pick<Subject, 'spec' | 'dir'>): void => {
      all.get(spec.id)?.line?.close();
      if (all.delete(spec.id)) files.remove(dir);
    },
  };
}
