import type { Health } from '../domain/health.ts';
import { silenceMs } from '../domain/observation.ts';
import type { Waiting } from '../domain/progress.ts';
import type { Signal } from '../domain/signal.ts';
import { spanText } from '../domain/span.ts';

/**
 * Some agents wait for ever for a model that says nothing (codex 0.169 before the headers, pi 0.73 in a stream). That one of
 * them told of a retry says only that it asks again, perhaps a model that says nothing: it waits on purpose where its
 * provider asked it to.
 */
export const hung: Signal = {
  name: 'hung',
  because:
    'nothing was written, no tool call is open, no tool lives, and next to no processor time was used, for longer than any agent needs',
  read: (seen, { phase }, { policy }) => {
    const { attempt, progress, health } = seen;
    if (seen.attended) return undefined; // somebody sits at it, and may be typing
    if (phase.state !== 'stalled' || progress.openTools.length > 0 || !health) return undefined;
    if (progress.waitsFor && isAsked(progress.waitsFor)) return undefined;
    if (isShownToWait(health) && silenceMs(seen) < policy.rateWaitMaxMs) return undefined;
    const idleMs = health.lookedAt - health.idleSince; // since the last look it may have worked
    if (silenceMs(seen) < policy.hangAfterMs || idleMs < policy.hangProofMs || health.tree.tools > 0) return undefined;
    const proof = `nothing written for ${spanText(silenceMs(seen))}, no tool, idle for ${spanText(idleMs)}`;
    return { type: 'hung', attempt, proof, ...(seen.takesLine === undefined ? {} : { takesLine: seen.takesLine }) };
  },
};

/** Of its waits codex's own program tells nowhere else; but such a row stays where the next try hangs, so it does not count for ever. */
const isShownToWait = ({ screen }: Health): boolean => screen?.means === 'waits' && screen.looks >= 2;

/** By a person who is to answer, or by a limit that ends: codex 0.169 waited out a `Retry-After` of 50 min after one word of it. */
const isAsked = (wait: Waiting): boolean =>
  wait.type === 'answer' || /\b429\b|rate.?limit|too many requests|usage limit|waiting for network/i.test(wait.message);
