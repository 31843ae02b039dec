import { silenceMs } from '../domain/observation.ts';
import type { Signal } from '../domain/signal.ts';

const MINUTE = 60_000;

/**
 * Some agents wait for ever for a model that says nothing (codex 0.169 before the headers, pi 0.73 in a stream). An agent
 * that told of a retry waits on purpose, however long the provider asked it to.
 */
export const hung: Signal = {
  name: 'hung',
  because:
    'nothing was written, no tool call is open, no tool lives, and no processor time was used, for longer than any agent needs',
  read: (seen, { phase }, { agent, policy }) => {
    const { attempt, at, progress, health } = seen;
    if (phase.state !== 'stalled' || progress.waitsFor || progress.openTools.length > 0 || !health) return undefined;
    const idleMs = at - health.idleSince;
    if (
      silenceMs(seen) < Math.max(policy.hangAfterMs, agent.hangsAfterMs ?? 0) ||
      idleMs < policy.hangProofMs ||
      health.tree.tools > 0
    )
      return undefined;
    const minutes = (ms: number): number => Math.floor(ms / MINUTE);
    const proof = `nothing written for ${minutes(silenceMs(seen))} min, no tool, idle for ${minutes(idleMs)} min`;
    return { type: 'hung', attempt, proof, ...(seen.takesLine === undefined ? {} : { takesLine: seen.takesLine }) };
  },
};
