import { deniedText } from './amount.ts';
import { circleText, extended, type Trace } from './circle.ts';
import type { Failure, FailureKind } from './event.ts';
import { REMEDIES } from './failure.ts';
import type { Happening } from './happening.ts';
import { type Policy, resumeDelay } from './policy.ts';
import { type FinalState, isFinal, type Phase, type Task } from './task.ts';
import { countedMs } from './time.ts';

/** An order to the daemon. Each may be given twice: what is done is not done again. */
export type Effect =
  | { readonly do: 'launch'; readonly attempt: number }
  /** Ask every process of the attempt to end; take its claim if nobody has. */
  | { readonly do: 'terminate'; readonly attempt: number }
  /** End every process of the attempt and prove it: `provedDead`. */
  | { readonly do: 'reap'; readonly attempt: number }
  /** Find out what became of the attempt: `foundAlive`, `exited`, `neverClaimed` or `provedDead`. */
  | { readonly do: 'reconcile'; readonly attempt: number }
  /** Give the answer of the rules: `answered`, or `unanswered`. Never twice. */
  | { readonly do: 'answer'; readonly attempt: number; readonly text: string; readonly by: string }
  /** Send a line to an agent that hangs at its prompt; what comes of it is seen, or `hung`. */
  | { readonly do: 'poke'; readonly attempt: number }
  /** Keep what the pane of the attempt shows: the next may be long in coming, and a tmux server does not live for ever. */
  | { readonly do: 'keepScreen'; readonly attempt: number }
  | { readonly do: 'conclude' };

/** The next state and what is to be done about it. The same task object back means that nothing changed. */
export type Outcome = readonly [Task, ...Effect[]];

type Exited = Extract<Happening, { type: 'exited' }>;

/** Usage, no such directory, settings, not executable, not found: sysexits.h and the shell's own. */
const HOPELESS_STATUS = [64, 66, 78, 126, 127];
/** Failures that are nothing the agent did: they say nothing of whether it gets anywhere. */
const OUTAGES: readonly (FailureKind | undefined)[] = [
  'network',
  'overloaded',
  'rate-limit',
  'usage-limit',
  'interrupted',
];
const MINUTE = 60_000;

/** The task in another state, with what is to be done there. */
export function enter(task: Task, phase: Phase, at: number, ...effects: Effect[]): Outcome {
  const { bornAt, ...rest } = task;
  const alive = ['running', 'waiting-input', 'stalled', 'stopping', 'lost'].includes(phase.state);
  const next = {
    ...rest,
    ...(alive && bornAt !== undefined ? { bornAt } : {}),
    seq: task.seq + 1,
    since: at,
    tickedAt: at,
    phase,
  };
  if (isFinal(phase)) return [next, ...effects, { do: 'conclude' }];
  return rests(phase, at) ? [next, ...effects, { do: 'keepScreen', attempt: task.attempt }] : [next, ...effects];
}

/** Will it be a while until the next attempt? Each launch keeps the screen of the one before. */
const rests = (phase: Phase, at: number): boolean =>
  phase.state === 'rate-limited' || (phase.state === 'backing-off' && phase.retryAt > at);

/** The end, with its reason. */
export const over = (task: Task, state: FinalState, why: string, at: number): Outcome =>
  enter(task, { state, why }, at);

/** The next attempt. */
export function issue(task: Task, at: number, policy: Policy): Outcome {
  const attempt = task.attempt + 1;
  const next = { ...task, attempt, tries: task.tries + 1, reissues: 0, firstStartAt: task.firstStartAt ?? at };
  return enter(next, launching(next, at, policy), at, { do: 'launch', attempt });
}

/** The state of an attempt that nobody has claimed yet. */
export const launching = (task: Task, at: number, policy: Policy): Phase => ({
  state: task.attempt === 1 ? 'starting' : 'resuming',
  claimBy: at + policy.claimWithinMs,
});

/** A resume whose time has come, unless budget or attempts are spent. */
export function resumeNow(task: Task, at: number, policy: Policy): Outcome {
  const spent = spentOf(task, policy);
  return spent === undefined ? issue(task, at, policy) : over(task, 'gave-up', spent, at);
}

const spentOf = ({ spentMs, tries, spared = 0 }: Task, { budgetMs, maxAttempts }: Policy): string | undefined => {
  if (spentMs >= budgetMs) return 'the budget is spent';
  const cost = tries - spared;
  return cost >= maxAttempts ? `${cost} attempts were made` : undefined;
};

interface Death {
  readonly why: string;
  readonly livedMs: number;
  readonly counts: boolean;
  readonly known?: boolean;
  readonly failure?: FailureKind | undefined;
  readonly trace?: Trace | undefined;
}

/** The end of a task that goes in circles: a person may know better. */
const circles = (task: Task, why: string, at: number): Outcome =>
  enter(task, { state: 'gave-up', why, question: 'It seems to go in circles. Go on all the same?' }, at);

/** The one place that chooses between another attempt and giving up. A death that `counts` not is nobody's failure. */
export function retryOrEnd(before: Task, death: Death, at: number, policy: Policy): Outcome {
  const { why } = death;
  const now = counted(before, { ...death, livedMs: lived(before, death) }, policy);
  const giveUp = (because: string): Outcome => over(now, 'gave-up', `${because}; last: ${why}`, at);
  const spent = spentOf(now, policy);
  if (spent !== undefined) return giveUp(spent);
  if (now.fastDeaths >= policy.fastDeaths) {
    const lives = `${now.fastDeaths} lives in a row under ${policy.fastDeathMs / 1000} s`;
    return giveUp(`${lives}: the set-up is broken`);
  }
  const sameDeaths = now.sameDeaths ?? 0;
  if (sameDeaths >= policy.sameDeaths) return circles(now, `${sameDeaths} times in a row: ${why}`, at);
  const circle = now.circle && circleText(now.circle, policy);
  if (circle !== undefined && now.circle !== before.circle) return circles(now, `${circle}; last: ${why}`, at);
  const wait = death.counts ? waitOf(now, policy) : 0;
  if (wait === undefined) return giveUp('the budget ends before the next resume is due');
  return enter(now, { state: 'backing-off', retryAt: at + wait, why }, at);
}

/**
 * How long it lived: a clock that was set back makes the difference of two times shorter, and not what was counted between
 * them. That holds up to a minute in which no daemon looked, so it says nothing of a machine that dies with the agent.
 */
const lived = (task: Task, { livedMs, counts }: Death): number =>
  counts && task.bornAt !== undefined ? Math.max(livedMs, countedMs(task)) : livedMs;

/** The task with this death in its counters. */
function counted(before: Task, death: Death, policy: Policy): Task {
  const { why, livedMs, counts, known = true } = death;
  const task = withTrace(counts || livedMs < policy.fastDeathMs ? before : given(before), death, policy);
  const sameDeaths = known ? 0 : 1 + (task.lastDeath === why ? (task.sameDeaths ?? 0) : 0);
  const fastDeaths = counts && livedMs < policy.fastDeathMs ? task.fastDeaths + 1 : 0;
  return { ...task, fails: task.fails + (counts ? 1 : 0), fastDeaths, lastDeath: why, sameDeaths };
}

/** How long until the next resume: sooner where the budget ends before it, so that something is left to work with; nothing where too little would be. */
function waitOf({ fails, spentMs, firstStartAt, attempt }: Task, policy: Policy): number | undefined {
  const wait = resumeDelay(fails, policy, `${firstStartAt}/${attempt}`);
  const left = policy.budgetMs - spentMs;
  if (wait < left) return wait;
  return left < policy.baseMs ? undefined : left - policy.baseMs;
}

/** What is nobody's fault costs no attempt, unless it ends every life at once: a machine that dies with the agent would never stop. */
const given = (task: Task): Task => ({ ...task, spared: (task.spared ?? 0) + 1 });

/** A quick death says nothing of the work: other guards know it. */
function withTrace(task: Task, { livedMs, counts, failure, trace }: Death, policy: Policy): Task {
  if (!trace) return task;
  const said = trace.tool === undefined ? task : { ...task, lastTool: trace.tool };
  const tells = counts && livedMs >= policy.fastDeathMs && !OUTAGES.includes(failure);
  return tells ? { ...said, circle: extended(task.circle, trace) } : said;
}

/** Success needs three witnesses: the exit record, its status 0, and the agent's own final event. */
export function exited(before: Task, end: Exited, at: number, policy: Policy): Outcome {
  const task = { ...before, exitStatus: end.status, denied: before.denied + end.denied };
  const { failure } = end;
  if (end.status === 0 && end.turn === 'ended')
    return over(task, 'succeeded', success(task.denied, end.deniesUntold), at);
  const remedy = failure && REMEDIES[failure.kind];
  if (remedy === 'await-reset' && failure?.resetAt !== undefined && isMoment(failure.resetAt)) {
    return limited(task, failure, failure.resetAt, at, policy);
  }
  const why = failure?.message ?? reason(end);
  if (remedy === 'fail' || HOPELESS_STATUS.includes(end.status))
    return enter(task, { state: 'failed', why, ...(failure ? { failure: failure.kind } : {}) }, at);
  const { livedMs, trace } = end;
  const known = remedy !== 'resume-unless-same';
  return retryOrEnd(task, { why, livedMs, counts: true, known, failure: failure?.kind, trace }, at, policy);
}

const success = (denied: number, isLeast: boolean | undefined): string =>
  denied === 0
    ? 'exit 0 and the final event'
    : `exit 0 and the final event, but ${deniedText(denied, isLeast)} tool calls were denied`;

function reason({ status, turn }: Exited): string {
  if (status === 0) return turn === 'failed' ? 'exit 0, but the turn failed' : 'exit 0 without the final event';
  return status > 128 ? `killed by signal ${status - 128}` : `exit ${status}`;
}

/** What no calendar holds is no time at which a limit could end (ECMA-262, 21.4.1.1). */
const isMoment = (at: number): boolean => at > 0 && at <= 8.64e15;

function limited(task: Task, { message }: Failure, resetAt: number, at: number, policy: Policy): Outcome {
  if (!policy.limitWait) return over(task, 'gave-up', `${message} (told not to wait for the reset)`, at);
  if (resetAt - at > policy.rateWaitMaxMs) {
    return over(task, 'gave-up', `${message} (the reset is further away than the settings let us wait)`, at);
  }
  // A wait that the provider asked for costs no attempt; one that it says is over does, or it might go on for ever.
  const now = resetAt > at + MINUTE ? given(task) : task;
  const waits = { state: 'rate-limited', until: Math.max(resetAt, at + MINUTE), why: message } as const;
  return enter({ ...now, lastDeath: message, limitedAt: at }, waits, at);
}
