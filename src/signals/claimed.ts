import type { Signal } from '../domain/signal.ts';

/** Only one runner can make the directory of an attempt; a life that was over before we looked was a life all the same. */
export const claimed: Signal = {
  name: 'claimed',
  because: 'the runner made the directory of this attempt, which can be done once, and its own record in it',
  read: ({ attempt, claim, bornAt }, { phase }) =>
    claim === 'runner' && bornAt !== undefined && (phase.state === 'starting' || phase.state === 'resuming')
      ? { type: 'claimed', attempt, bornAt }
      : undefined,
};
