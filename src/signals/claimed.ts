import type { Signal } from '../domain/signal.ts';

/** Only one runner can make the directory of an attempt. */
export const claimed: Signal = {
  name: 'claimed',
  because: 'the runner made the directory of this attempt, which can be done once, and holds its FIFO',
  read: ({ attempt, claim, runner, bornAt }, { phase }) =>
    claim === 'runner' &&
    runner === 'alive' &&
    bornAt !== undefined &&
    (phase.state === 'starting' || phase.state === 'resuming')
      ? { type: 'claimed', attempt, bornAt }
      : undefined,
};
