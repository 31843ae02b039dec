import { silenceMs } from '../domain/observation.ts';
import type { Signal } from '../domain/signal.ts';
import { spanText } from '../domain/span.ts';

/**
 * Some agents wait for ever for a model that says nothing (codex 0.169 before the headers, pi 0.73 in a stream). An agent
 * that told of a retry waits on purpose, however long the provider asked it to.
 */
export const hung: Signal = {
  name: 'hung',
  because:
    'nothing was written, no tool call is open, no tool lives, and next to no processor time was used, for longer than any agent needs',
  read: (seen, { phase }, { policy }) => {
    const { attempt, at, progress, health } = seen;
    if (seen.attended) return undefined; // somebody sits at it, and may be typing
    if (phase.state !== 'stalled' || progress.waitsFor || progress.openTools.length > 0 || !health) return undefined;
    const idleMs = at - health.idleSince;
    if (silenceMs(seen) < policy.hangAfterMs || idleMs < policy.hangProofMs || health.tree.tools > 0) return undefined;
    const proof = `nothing written for ${spanText(silenceMs(seen))}, no tool, idle for ${spanText(idleMs)}`;
    return { type: 'hung', attempt, proof, ...(seen.takesLine === undefined ? {} : { takesLine: seen.takesLine }) };
  },
};
