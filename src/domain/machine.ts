import type { Failure, FailureKind } from './event.ts';
import type { Happening, HappeningType } from './happening.ts';
import { type Policy, resumeDelay } from './policy.ts';
import { type FinalState, isFinal, type Phase, type State, type Task } from './task.ts';

/*
 *                                       stopRequested, from every state that may live
 *                                      ┌───────────────────────────────▶ stopping ──provedDead──▶ cancelled | failed
 *   pending ──admitted──▶ starting ──claimed──▶ running ◀──stirred── waiting-input ◀─asked─┐
 *      ▲                     │                   │  │ └──fellSilent──▶ stalled ────────────┘
 *      │                     └─vanished, late────┤  │
 *      │                          ▼              │  └──exited──▶ succeeded | failed | rate-limited | backing-off | gave-up
 *      │                        lost ◀──vanished─┘
 *      │                        │ │ └──foundAlive──▶ running
 *      │                        │ └──neverClaimed──▶ starting, resuming (the same attempt)
 *      │                        └──provedDead──▶ backing-off | gave-up
 *      │   backing-off ──ticked, retryRequested──▶ resuming ──claimed──▶ running
 *      │   rate-limited ──ticked, retryRequested─────▲
 *      └──retryRequested── succeeded | failed | gave-up | cancelled
 */

/** An order to the daemon. Each may be given twice: what is done is not done again. */
export type Effect =
  | { readonly do: 'launch'; readonly attempt: number }
  /** Ask every process of the attempt to end; take its claim if nobody has. */
  | { readonly do: 'terminate'; readonly attempt: number }
  /** End every process of the attempt and prove it: `provedDead`. */
  | { readonly do: 'reap'; readonly attempt: number }
  /** Find out what became of the attempt: `foundAlive`, `exited`, `neverClaimed` or `provedDead`. */
  | { readonly do: 'reconcile'; readonly attempt: number }
  | { readonly do: 'conclude' };

/** The next state and what is to be done about it. The same task object back means that nothing changed. */
export type Outcome = readonly [Task, ...Effect[]];

type Arrow<S extends State, T extends HappeningType> = (
  task: Task & { readonly phase: Phase & { readonly state: S } },
  happening: Extract<Happening, { type: T }>,
  at: number,
  policy: Policy,
) => Outcome;
type Row<S extends State> = { readonly [T in HappeningType]?: Arrow<S, T> };

const HOPELESS: readonly FailureKind[] = ['auth', 'billing', 'model-not-found', 'bad-flag'];
/** Usage, no such directory, settings, not executable, not found: these do not change by trying again. */
const HOPELESS_STATUS = [64, 66, 78, 126, 127];
const REISSUES = 3;
const MINUTE = 60_000;

function enter(task: Task, phase: Phase, at: number, ...effects: Effect[]): Outcome {
  const { bornAt, ...rest } = task;
  const alive = ['running', 'waiting-input', 'stalled', 'stopping', 'lost'].includes(phase.state);
  const next = { ...rest, ...(alive && bornAt !== undefined ? { bornAt } : {}), seq: task.seq + 1, since: at, phase };
  return isFinal(phase) ? [next, ...effects, { do: 'conclude' }] : [next, ...effects];
}

const over = (task: Task, state: FinalState, why: string, at: number): Outcome => enter(task, { state, why }, at);

function issue(task: Task, at: number, policy: Policy): Outcome {
  const next = { ...task, attempt: task.attempt + 1, tries: task.tries + 1, reissues: 0, firstStartAt: task.firstStartAt ?? at };
  return enter(next, launching(next, at, policy), at, { do: 'launch', attempt: next.attempt });
}

const launching = (task: Task, at: number, policy: Policy): Phase => ({
  state: task.attempt === 1 ? 'starting' : 'resuming',
  claimBy: at + policy.claimWithinMs,
});

/** The one place that chooses between another attempt and the end. */
function retryOrEnd(task: Task, why: string, livedMs: number, at: number, policy: Policy, counts = true): Outcome {
  const fastDeaths = counts && livedMs < policy.fastDeathMs ? task.fastDeaths + 1 : 0;
  const now = { ...task, fails: task.fails + (counts ? 1 : 0), fastDeaths };
  if (now.spentMs >= policy.budgetMs) return over(now, 'gave-up', `the budget is spent; last: ${why}`, at);
  if (now.tries >= policy.maxAttempts) return over(now, 'gave-up', `${now.tries} attempts made; last: ${why}`, at);
  if (fastDeaths >= policy.fastDeaths) {
    return over(now, 'gave-up', `${fastDeaths} lives in a row under ${policy.fastDeathMs / 1000} s; last: ${why}`, at);
  }
  const retryAt = at + resumeDelay(now.fails, policy, `${task.firstStartAt}/${task.attempt}`);
  return enter(now, { state: 'backing-off', retryAt, why }, at);
}

/** Success needs three witnesses: the exit record, its status 0, and the agent's own final event. */
function exited(before: Task, end: Extract<Happening, { type: 'exited' }>, at: number, policy: Policy): Outcome {
  const task = { ...before, exitStatus: end.status, denied: before.denied + end.denied };
  const { failure } = end;
  if (end.status === 0 && end.turn === 'ended') return over(task, 'succeeded', denials(task.denied), at);
  if (failure?.kind === 'usage-limit' && failure.resetAt !== undefined) return limited(task, failure, failure.resetAt, at, policy);
  const why = failure?.message ?? reason(end);
  if (failure && HOPELESS.includes(failure.kind)) return over(task, 'failed', why, at);
  if (HOPELESS_STATUS.includes(end.status)) return over(task, 'failed', why, at);
  return retryOrEnd(task, why, end.livedMs, at, policy);
}

const denials = (denied: number): string =>
  denied === 0 ? 'exit 0 and the final event' : `exit 0 and the final event, but ${denied} tool calls were denied`;

function reason({ status, turn }: Extract<Happening, { type: 'exited' }>): string {
  if (status === 0) return turn === 'failed' ? 'the turn failed' : 'exit 0 without the final event';
  return status > 128 ? `killed by signal ${status - 128}` : `exit ${status}`;
}

function limited(task: Task, failure: Failure, resetAt: number, at: number, policy: Policy): Outcome {
  if (resetAt - at > policy.rateWaitMaxMs) return over(task, 'gave-up', `${failure.message} (longer than we wait)`, at);
  return enter(task, { state: 'rate-limited', until: Math.max(resetAt, at + MINUTE), why: failure.message }, at);
}

const resumeNow = (task: Task, at: number, policy: Policy): Outcome => {
  if (task.spentMs >= policy.budgetMs) return over(task, 'gave-up', 'the budget is spent', at);
  if (task.tries >= policy.maxAttempts) return over(task, 'gave-up', `${task.tries} attempts made`, at);
  return issue(task, at, policy);
};

const lost = (task: Task, cause: string, at: number): Outcome =>
  enter(task, { state: 'lost', cause }, at, { do: 'reconcile', attempt: task.attempt });

const cancel = (task: Task, by: string, at: number): Outcome => over(task, 'cancelled', `stopped by ${by}`, at);

const end = (task: Task, then: 'cancelled' | 'failed', why: string, killAt: number, at: number): Outcome =>
  enter(task, { state: 'stopping', killAt, then, why }, at, { do: 'terminate', attempt: task.attempt });

/** The agent is gone before its time was up: what it left behind may go too. */
const reap = (task: Task, phase: Phase & { readonly state: 'stopping' }, at: number): Outcome => [
  { ...task, seq: task.seq + 1, phase: { ...phase, killAt: at } },
  { do: 'reap', attempt: task.attempt },
];

/** What is true of every state in which the agent may live. */
const live = {
  exited,
  vanished: (task, { cause }, at) => lost(task, cause, at),
  named: (task, { conversation }) => (task.conversation === conversation ? [task] : [{ ...task, conversation, seq: task.seq + 1 }]),
  strayed: (task, { asked, got }, at, policy) =>
    end(task, 'failed', `asked to resume conversation ${asked}, the agent opened ${got}`, at + policy.killGraceMs, at),
  stopRequested: (task, { by, graceMs }, at) => end(task, 'cancelled', `stopped by ${by}`, at + graceMs, at),
} satisfies Row<'running' | 'starting' | 'resuming' | 'waiting-input' | 'stalled' | 'lost'>;

const launched: Row<'starting' | 'resuming'> = {
  ...live,
  planned: ({ conversation: _before, ...task }, { conversation }) => [
    { ...task, ...(conversation === undefined ? {} : { conversation }), seq: task.seq + 1 },
  ],
  claimed: (task, { bornAt }, at) => enter({ ...task, bornAt, reissues: 0 }, { state: 'running' }, at),
  launchFailed: (task, { permanent, why }, at, policy) =>
    permanent ? over(task, 'failed', why, at) : retryOrEnd(task, why, 0, at, policy),
  ticked: (task, _, at) => (at >= task.phase.claimBy ? lost(task, 'nobody claimed the attempt in time', at) : [task]),
};

const waiting: Row<'backing-off' | 'rate-limited'> = {
  retryRequested: (task, _, at, policy) => issue(task, at, policy),
  stopRequested: (task, { by }, at) => cancel(task, by, at),
};

const ended: Row<FinalState> = {
  retryRequested: (task, _, at) => {
    const { firstStartAt: _first, tickedAt: _ticked, exitStatus: _status, ...rest } = task;
    const fresh = { run: task.run + 1, tries: 0, fails: 0, fastDeaths: 0, reissues: 0, spentMs: 0, denied: 0, detached: false };
    return enter({ ...rest, ...fresh }, { state: 'pending' }, at);
  },
};

const quiet: Row<'waiting-input' | 'stalled'> = {
  ...live,
  stirred: (task, _, at) => enter(task, { state: 'running' }, at),
};

/** A row is a box of the drawing, an entry an arrow; what is not here changes nothing. */
export const machine: { readonly [S in State]: Row<S> } = {
  pending: {
    admitted: (task, _, at, policy) => issue(task, at, policy),
    stopRequested: (task, { by }, at) => cancel(task, by, at),
  },
  starting: launched,
  resuming: launched,
  running: {
    ...live,
    asked: (task, { question }, at) => enter(task, { state: 'waiting-input', question }, at),
    fellSilent: (task, _, at) => enter(task, { state: 'stalled' }, at),
    ticked: (task, _, at, policy) => [settled(task, at, policy)],
  },
  'waiting-input': quiet,
  stalled: {
    ...quiet,
    asked: (task, { question }, at) => enter(task, { state: 'waiting-input', question }, at),
    hung: (task, { proof }, at) => lost(task, `hung: ${proof}`, at),
  },
  'rate-limited': {
    ...waiting,
    ticked: (task, _, at, policy) => (at >= task.phase.until ? resumeNow(task, at, policy) : [task]),
  },
  'backing-off': {
    ...waiting,
    ticked: (task, _, at, policy) =>
      at >= task.phase.retryAt || task.spentMs >= policy.budgetMs ? resumeNow(task, at, policy) : [task],
  },
  stopping: {
    exited: (task, { status, denied }, at) =>
      at >= task.phase.killAt ? [task] : reap({ ...task, exitStatus: status, denied: task.denied + denied }, task.phase, at),
    vanished: (task, _, at) => (at >= task.phase.killAt ? [task] : reap(task, task.phase, at)),
    provedDead: (task, _, at) => over(task, task.phase.then, task.phase.why, at),
    ticked: (task, _, at, policy) =>
      at >= task.phase.killAt
        ? [{ ...task, phase: { ...task.phase, killAt: at + policy.killGraceMs } }, { do: 'reap', attempt: task.attempt }]
        : [task],
  },
  lost: {
    ...live,
    vanished: (task) => [task],
    foundAlive: (task, { bornAt }, at) => enter({ ...task, bornAt }, { state: 'running' }, at),
    neverClaimed: (task, _, at, policy) => {
      if (task.reissues >= REISSUES) return retryOrEnd(task, 'the runner never began', 0, at, policy);
      const again = { ...task, reissues: task.reissues + 1 };
      return enter(again, launching(again, at, policy), at, { do: 'launch', attempt: task.attempt });
    },
    provedDead: (task, { rebooted, livedMs }, at, policy) =>
      retryOrEnd(task, task.phase.cause, livedMs, at, policy, !rebooted),
    ticked: (task) => [task, { do: 'reconcile', attempt: task.attempt }],
  },
  succeeded: ended,
  failed: ended,
  'gave-up': ended,
  cancelled: ended,
};

/** Failures are forgotten after a stable stretch; a spent budget leaves a healthy agent alive, detached. */
function settled(task: Task, at: number, policy: Policy): Task {
  const stable = task.fails > 0 && task.bornAt !== undefined && at - task.bornAt >= policy.stableAfterMs;
  const detached = task.detached || task.spentMs >= policy.budgetMs;
  if (!stable && detached === task.detached) return task;
  return { ...task, ...(stable ? { fails: 0, fastDeaths: 0 } : {}), detached, seq: task.seq + 1 };
}

/** Time that counts: awake, outside a known wait for the provider; all of it where the budget is strict. */
function charge(task: Task, at: number, policy: Policy): Task {
  if (task.firstStartAt === undefined || isFinal(task.phase)) return task;
  if (policy.strictBudget) return { ...task, tickedAt: at, spentMs: at - task.firstStartAt };
  const passed = task.tickedAt === undefined ? 0 : at - task.tickedAt;
  const asleep = passed < 0 || passed > MINUTE;
  return { ...task, tickedAt: at, spentMs: task.spentMs + (asleep || task.phase.state === 'rate-limited' ? 0 : passed) };
}

/** The decision: what becomes of a task when something has happened at the time `at` (epoch ms), and what is to be done. Pure. */
export function step(task: Task, happening: Happening, at: number, policy: Policy): Outcome {
  if ('attempt' in happening && happening.attempt !== task.attempt) return [task];
  const now = happening.type === 'ticked' ? charge(task, at, policy) : task;
  // The row of a state takes tasks in that state, and the entry of a type takes happenings of that type.
  const arrow = machine[now.phase.state][happening.type] as Arrow<State, HappeningType> | undefined;
  return arrow ? arrow(now as Parameters<typeof arrow>[0], happening, at, policy) : [now];
}
