import type { Agent } from '../domain/agent.ts';
import type { Health } from '../domain/health.ts';
import type { Step } from '../domain/notice.ts';
import type { Observation } from '../domain/observation.ts';
import type { Spec, Task } from '../domain/task.ts';
import type { Journal } from './journal.ts';

/** A task as the daemon holds it: what was asked, the state so far, and the last look at it. */
export interface Held {
  readonly spec: Spec;
  readonly agent: Agent;
  readonly dir: string;
  readonly journal: Journal;
  /** The last change in the journal that an earlier daemon left, read when it is asked for; nothing where there is none. */
  readonly found?: () => Step | undefined;
  task: Task;
  seen?: Observation;
  /** A look that somebody asked for: nothing was decided on it. */
  undecided?: Observation;
  /** What looks at the processes found since the last sign of life. */
  health?: Health;
  /** The last sign of life that was dated by a clock which has been set back, and the time that it counts for. */
  redated?: { readonly sign: number; readonly to: number };
  /** How often something was typed into its session, or tried to be. */
  typed?: number;
  /** What keeps the task from being supervised just now; nothing when all is well. */
  trouble?: string;
}
