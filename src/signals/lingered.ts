import { silenceMs } from '../domain/observation.ts';
import type { Signal } from '../domain/signal.ts';

/** A process that stays after its final event has nothing left to do: a server it forgot to stop, a promise that never settles, a prompt that waits for a person who is not there. */
export const lingered: Signal = {
  name: 'lingered',
  because: "the agent's own final event is out, nothing came after it, no helper asks, and nobody sits before it",
  read: (seen, _task, { policy }) =>
    seen.progress.turn === 'ended' &&
    seen.runner === 'alive' &&
    !seen.attended &&
    seen.progress.waitsFor === undefined &&
    seen.lastSignAt !== undefined &&
    silenceMs(seen) >= policy.lingerMs
      ? { type: 'lingered', attempt: seen.attempt, denied: seen.progress.denied }
      : undefined,
};
