import type { Signal } from '../domain/signal.ts';

/** A process that stays after its final event has nothing left to do: a server it forgot to stop, a promise that never settles, a prompt that waits for a person who is not there. */
export const lingered: Signal = {
  name: 'lingered',
  because: "the agent's own final event is out, nothing came after it, and nobody sits before it",
  read: ({ attempt, at, runner, progress, lastSignAt, attended }, _task, { policy }) =>
    progress.turn === 'ended' &&
    runner === 'alive' &&
    !attended &&
    lastSignAt !== undefined &&
    at - lastSignAt >= policy.lingerMs
      ? { type: 'lingered', attempt, denied: progress.denied }
      : undefined,
};
