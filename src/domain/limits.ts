import { mayLive, type Phase, type Task } from './task.ts';

/** A task and whose quota it draws on. */
export interface Drawer {
  readonly agent: string;
  readonly task: Task;
}

type Waiting = Task & { readonly phase: Phase & { readonly state: 'rate-limited' } };

/** The first after a limit goes alone; the others follow at this distance, unless it runs into the limit again. */
const APART_MS = 30_000;

/**
 * May this task be resumed, now that its own wait is over? A quota belongs to an account, not to a task: of all that wait
 * for the same agent one tries first, and a limit that it meets again holds the others too.
 */
export function mayResume({ agent, task }: Drawer, all: readonly Drawer[], at: number): boolean {
  const met = all
    .filter((other) => other.agent === agent && other.task.limitedAt !== undefined)
    .map((other) => other.task);
  const waiting = met.filter(isWaiting);
  const first = waiting.filter(({ phase }) => phase.until <= at).sort((a, b) => a.phase.until - b.phase.until)[0];
  const again = waiting.some((other) => (other.limitedAt ?? 0) > (task.limitedAt ?? 0) && other.phase.until > at);
  const probing = met.some(({ phase, bornAt, since }) => mayLive(phase) && isYoung(at - (bornAt ?? since)));
  return first === task && !again && !probing;
}

/** Is an age small? An attempt that began in the future, by a clock that was set back since, is not young. */
const isYoung = (ageMs: number): boolean => ageMs > -APART_MS && ageMs < APART_MS;

/** Does the task wait for nothing but a place? It was at work before, and goes on before another begins. */
export const goesOnNow = ({ phase }: Task, at: number): boolean => phase.state === 'backing-off' && phase.retryAt <= at;

const isWaiting = (task: Task): task is Waiting => task.phase.state === 'rate-limited';
