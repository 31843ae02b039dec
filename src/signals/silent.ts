import { silenceMs } from '../domain/observation.ts';
import type { Signal } from '../domain/signal.ts';

/** Silence alone proves nothing: a build in a tool says nothing for an hour. So no tool call is open, and no tool runs. */
export const silent: Signal = {
  name: 'silent',
  because: 'nothing was written for long, no tool call is open, and no process of a tool lives',
  read: (seen, { phase }, { policy }) =>
    phase.state === 'running' &&
    silenceMs(seen) >= policy.stalledAfterMs &&
    seen.progress.openTools.length === 0 &&
    seen.health?.tree.tools === 0
      ? { type: 'fellSilent', attempt: seen.attempt, silentMs: silenceMs(seen) }
      : undefined,
};
