import type { Agent } from './agent.ts';
import type { Happening, LaunchKind } from './happening.ts';
import type { Look } from './health.ts';
import type { Observation } from './observation.ts';
import type { Spec, Task } from './task.ts';

/** A task with all that a driver needs to act on it. Paths are absolute. */
export interface Subject {
  readonly spec: Spec;
  readonly task: Task;
  readonly agent: Agent;
  readonly dir: string;
}

/** How the next attempt will be launched, and why so. */
export interface Plan {
  readonly kind: LaunchKind;
  readonly why: string;
  readonly conversation?: string;
}

/** How an agent is run. Every method may be called again after a crash in the middle of it. */
export interface Driver {
  readonly observe: (subject: Subject) => Promise<Observation>;
  /** Looks closer at an attempt that has been silent: at its processes, and at its screen where that is one to be read. */
  readonly examine: (subject: Subject) => Promise<Look>;
  /** A cheap look, a few system calls: true where the attempt lives and has said nothing new, so that a full look would find the same. */
  readonly isCalm: (subject: Subject) => boolean;
  /** When its screen last changed, epoch ms, in whole seconds; of a driver whose screen is not one to be read, nothing. */
  readonly drawnAt?: (subject: Subject) => number | undefined;
  /** Why no attempt can begin on this machine just now, which is nobody's failure and passes; nothing where one can. */
  readonly obstacle?: () => Promise<string | undefined>;
  /** Looks for the conversation where the agent keeps it: resume only what is there. */
  readonly plan: (subject: Subject) => Promise<Plan>;
  /** Ends whatever lives of earlier attempts, then starts the runner; `words` are its prompt, else that of the task. Throws a `LaunchError`. */
  readonly launch: (subject: Subject, plan: Plan, words?: string | Uint8Array) => Promise<void>;
  /** Takes an unclaimed attempt away, asks every process of it to end; `provedDead` where none lives. */
  readonly terminate: (subject: Subject) => Promise<Happening | undefined>;
  /** Ends every process of the attempt: `provedDead`, or nothing where one cannot be ended yet. */
  readonly reap: (subject: Subject) => Promise<Happening | undefined>;
  readonly reconcile: (subject: Subject) => Promise<Happening | undefined>;
  /** Types into the session: text as one paste and Enter, or named keys. Says what was done. */
  readonly say: (
    subject: Subject,
    words: { readonly text: string } | { readonly keys: readonly string[] },
  ) => Promise<string>;
  /** Closes the session and forgets everything kept in memory for the task. */
  readonly close: (subject: Subject) => Promise<void>;
  /** Keeps the last screen of an ended task, ends what it left alive unless it succeeded, then forgets what is in memory for it; its session stays. */
  readonly finish: (subject: Subject) => Promise<void>;
  /** Keeps what the pane of the present attempt shows, for the time when it is gone. */
  readonly keepScreen: (subject: Subject) => Promise<void>;
  /** What its pane shows, with all that was scrolled away; nothing where it has none. */
  readonly screen: (subject: Subject) => Promise<string | undefined>;
  /** Is its session, with its pane, still to be seen? Nothing where tmux cannot be asked. */
  readonly isShown: (subject: Subject) => Promise<boolean | undefined>;
  /** Forgets what is kept in memory for the task; its session stays. */
  readonly release: (subject: Subject) => void;
}

/** An attempt that could not be launched. `permanent`: trying again is pointless. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  readonly permanent: boolean;
  constructor(message: string, options: { readonly permanent: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.permanent = options.permanent;
  }
}
