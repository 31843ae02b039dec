import type { LossCause } from '../domain/happening.ts';
import type { Observation } from '../domain/observation.ts';
import type { Signal } from '../domain/signal.ts';

/** The runner holds a FIFO that its agent does not get: when the kernel closes it, the runner is gone, whatever killed it. */
export const vanished: Signal = {
  name: 'vanished',
  because: "the kernel closed the runner's FIFO and no exit record was left: it was killed from outside",
  read: (seen) => {
    const cause = seen.exit ? undefined : causeOf(seen);
    return cause === undefined ? undefined : { type: 'vanished', attempt: seen.attempt, cause };
  },
};

function causeOf({ rebooted, claim, runner, pane }: Observation): LossCause | undefined {
  if (rebooted) return 'reboot';
  // It died before it could claim: we saw it let go, or its pane is over (the list is younger than the launch).
  if (claim === 'none' && (runner === 'left' || (runner === 'gone' && pane === 'dead'))) return 'unclaimed';
  if (claim !== 'runner' || (runner !== 'gone' && runner !== 'left')) return undefined;
  if (pane === 'other-server') return 'tmux-server';
  return pane === 'missing' ? 'session' : 'runner';
}
