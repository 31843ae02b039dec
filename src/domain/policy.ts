import { type AnswerRules, HARMLESS } from './answers.ts';

const MINUTE = 60_000;

/** When to resume, how often, and when to stop trying. Written into each task when it is made, so that a later change of settings re-decides nothing. Milliseconds. */
export interface Policy {
  /** The first resume comes at once, the next after `baseMs`, then twice that, up to `capMs`. */
  readonly baseMs: number;
  readonly capMs: number;
  /** Each delay is shortened or lengthened by up to this fraction, so that a shared outage does not end in a herd. */
  readonly jitter: number;
  readonly maxAttempts: number;
  /** Time that an attempt must run before its predecessors' failures are forgotten: one line of output is no recovery. */
  readonly stableAfterMs: number;
  readonly budgetMs: number;
  /** Charge waits for a provider and time asleep too. */
  readonly strictBudget: boolean;
  readonly rateWaitMaxMs: number;
  /** Wait for the end of a usage limit? Else it ends the task. */
  readonly limitWait: boolean;
  /** Deaths in a row with the same unexplained error that are a loop. */
  readonly sameDeaths: number;
  /** Attempts in a row that ended in the same tool call, or left the work tree as it was, that are one too. 0: never. */
  readonly sameTools: number;
  readonly unchangedAttempts: number;
  /** Silence that is shown as suspicious; after `stalledAfterMs` it is a state. */
  readonly suspiciousAfterMs: number;
  readonly stalledAfterMs: number;
  /** Silence that is a hang, where the processes were idle for the last `hangProofMs` of it. 31 min is the longest that a real agent was silent and then ended by itself (opencode 1.18). */
  readonly hangAfterMs: number;
  readonly hangProofMs: number;
  /** Send a line to an agent that hangs at a prompt of its own, and wait so long, before it is ended and resumed. */
  readonly poke: boolean;
  readonly pokeWaitMs: number;
  /** Which questions are answered without the operator. */
  readonly answers: AnswerRules;
  /** An answer that was given by the rules and stirs nobody for so long did not arrive. */
  readonly answerStirsMs: number;
  /** A process that stays so long after its final event is ended; the task has succeeded. */
  readonly lingerMs: number;
  /** Time that a runner may take to claim its attempt. */
  readonly claimWithinMs: number;
  readonly killGraceMs: number;
  /** A session that is ended from outside twice within this time is not resumed again. */
  readonly sessionKillsWithinMs: number;
  /** Lives in a row, each shorter than `fastDeathMs`, that are a broken set-up and no outage. */
  readonly fastDeaths: number;
  readonly fastDeathMs: number;
}

export const defaultPolicy: Policy = {
  baseMs: 3 * MINUTE,
  capMs: 48 * MINUTE,
  jitter: 0.2,
  maxAttempts: 12,
  stableAfterMs: 10 * MINUTE,
  budgetMs: 300 * MINUTE,
  strictBudget: false,
  rateWaitMaxMs: 360 * MINUTE,
  limitWait: true,
  sameDeaths: 3,
  sameTools: 3,
  unchangedAttempts: 2,
  suspiciousAfterMs: 5 * MINUTE,
  stalledAfterMs: 10 * MINUTE,
  hangAfterMs: 45 * MINUTE,
  hangProofMs: 10 * MINUTE,
  poke: true,
  pokeWaitMs: 5 * MINUTE,
  answers: { mode: 'ask', allow: HARMLESS, deny: [] },
  answerStirsMs: MINUTE,
  lingerMs: 60_000,
  claimWithinMs: MINUTE,
  killGraceMs: 10_000,
  sessionKillsWithinMs: MINUTE,
  fastDeaths: 4,
  fastDeathMs: 15_000,
};

/** The wait before the resume that follows the `fails`-th failure in a row: none after the first, then base, 2 × base, 4 × base … */
export function resumeDelay(fails: number, policy: Policy, key: string): number {
  if (fails <= 1) return 0;
  const plain = Math.min(policy.capMs, policy.baseMs * 2 ** (fails - 2));
  return Math.round(plain * (1 - policy.jitter + 2 * policy.jitter * unit(key)));
}

/** A number in [0, 1) made from the text (FNV-1a, then mixed): a journal that is replayed must find the delay that was announced, so chance is no option. */
function unit(text: string): number {
  let hash = 2_166_136_261;
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 16_777_619);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 2_246_822_507);
  hash ^= hash >>> 13;
  return (hash >>> 0) / 2 ** 32;
}

/** Time charged to a budget is written down when so much of it is new, ms; everything else at once. */
export const checkpointMs = ({ budgetMs }: Policy): number => Math.max(MINUTE, budgetMs / 100);

/** Is that due? Of a budget that is known to be spent nothing more: what waits for an answer may do so for weeks. */
export const isCheckpointDue = (writtenMs: number, spentMs: number, policy: Policy): boolean =>
  writtenMs < policy.budgetMs && spentMs - writtenMs >= checkpointMs(policy);
