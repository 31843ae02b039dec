import type { Agent } from './agent.ts';
import type { Happening } from './happening.ts';
import { hears } from './machine.ts';
import type { Observation } from './observation.ts';
import type { Policy } from './policy.ts';
import type { Task } from './task.ts';

/** What decides how a task is read, beside what was seen. */
export interface Known {
  readonly agent: Agent;
  readonly policy: Policy;
  /** What a signal says, held against what other tasks have. */
  readonly checked?: (happening: Happening) => Happening;
}

/** A pure reading of one observation: a happening, or nothing. */
export interface Signal {
  readonly name: string;
  /** Why it can be believed; `explain` shows it. */
  readonly because: string;
  readonly read: (seen: Observation, task: Task, known: Known) => Happening | undefined;
}

/** The first signal, in order of trust, that speaks of what changes something: what is true and comes to nothing hides nothing. */
export function diagnose(
  signals: readonly Signal[],
  seen: Observation,
  task: Task,
  known: Known,
): Happening | undefined {
  for (const signal of signals) {
    const says = signal.read(seen, task, known);
    const happening = says && known.checked ? known.checked(says) : says;
    if (happening && hears(task, happening)) return happening;
  }
  return undefined;
}
