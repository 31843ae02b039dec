import type { Signal } from '../domain/signal.ts';

/** A process that stays after its final event has nothing left to do: a server it forgot to stop, a promise that never settles. */
export const lingered: Signal = {
  name: 'lingered',
  because: "the agent's own final event is out, and nothing came after it",
  read: ({ attempt, at, runner, progress, lastSignAt }, _task, { policy }) =>
    progress.turn === 'ended' && runner === 'alive' && lastSignAt !== undefined && at - lastSignAt >= policy.lingerMs
      ? { type: 'lingered', attempt, denied: progress.denied }
      : undefined,
};
