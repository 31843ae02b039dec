import type { Agent } from './agent.ts';
import type { Happening } from './happening.ts';
import type { Observation } from './observation.ts';
import type { Policy } from './policy.ts';
import type { Task } from './task.ts';

/** What is fixed for a task and decides how it is read. */
export interface Known {
  readonly agent: Agent;
  readonly policy: Policy;
}

/** A pure reading of one observation: a happening, or nothing. */
export interface Signal {
  readonly name: string;
  /** Why it can be believed; `explain` shows it. */
  readonly because: string;
  readonly read: (seen: Observation, task: Task, known: Known) => Happening | undefined;
}

/** The first signal that speaks, in order of trust. */
export function diagnose(
  signals: readonly Signal[],
  seen: Observation,
  task: Task,
  known: Known,
): Happening | undefined {
  for (const signal of signals) {
    const happening = signal.read(seen, task, known);
    if (happening) return happening;
  }
  return undefined;
}
