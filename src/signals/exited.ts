import type { Agent } from '../domain/agent.ts';
import type { Failure } from '../domain/event.ts';
import { ruleFor } from '../domain/failure.ts';
import type { Observation } from '../domain/observation.ts';
import type { Signal } from '../domain/signal.ts';
import { shareOf } from '../domain/usage.ts';

/** The runner outlives the agent by a blink and records its status: no other witness knows how it ended. */
export const exited: Signal = {
  name: 'exited',
  because: "the runner waited for the agent's process and wrote its status; half a record is none",
  read: (seen, _task, { agent }) => {
    const { attempt, exit, progress } = seen;
    if (!exit) return undefined;
    const failure = explained(failureOf(seen, agent), seen, agent);
    const livedMs = Math.max(0, exit.at - (seen.bornAt ?? exit.at));
    return {
      type: 'exited',
      attempt,
      status: exit.status,
      livedMs,
      turn: progress.turn,
      denied: progress.denied,
      ...(agent.deniesUntold ? { deniesUntold: true } : {}),
      used: shareOf(progress, livedMs),
      ...(failure ? { failure } : {}),
    };
  },
};

/** A failure with what its agent's file knows beside the words: when a limit ends, and how to log in again. */
function explained(failure: Failure | undefined, { at, exit }: Observation, agent: Agent): Failure | undefined {
  if (failure?.kind === 'auth') return { ...failure, message: `${failure.message} (log in again: ${agent.login})` };
  if (failure?.kind !== 'usage-limit' || failure.resetAt !== undefined) return failure;
  // A clock without a date is that of its day: nobody may have looked before the next.
  const resetAt = agent.resetAt?.(failure.message, Math.min(at, exit?.at ?? at));
  return resetAt === undefined ? failure : { ...failure, resetAt };
}

/** What the agent said of its failure in its events, else on its standard error. */
function failureOf({ exit, progress, stderr }: Observation, agent: Agent): Failure | undefined {
  if (progress.failure) return progress.failure;
  if (exit?.status === 0 && progress.turn === 'ended') return undefined;
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  for (const message of lines.reverse()) {
    const rule = ruleFor(agent.failures, message);
    if (rule) return { kind: rule.kind, message: rule.says ?? copied(message.trim()) };
  }
  return undefined;
}

/** A slice would keep all of the standard error in memory for as long as its task is known: 8 kB for each that failed. */
const copied = (text: string): string => [...text].slice(0, 500).join('');
