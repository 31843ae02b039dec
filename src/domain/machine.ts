import { again } from './again.ts';
import { measuredBy } from './circle.ts';
import type { Happening, HappeningType, LossCause } from './happening.ts';
import { LOSSES, NOBODYS_FAULT } from './losses.ts';
import { enter, exited, issue, launching, type Outcome, over, resumeNow, retryOrEnd } from './outcome.ts';
import type { Policy } from './policy.ts';
import { answered, asked, askedAgain, heard, unanswered, waited } from './question.ts';
import type { FinalState, Phase, State, Task } from './task.ts';
import { charge, chargeUntil, leftAlone, settled } from './time.ts';
import { tallied } from './usage.ts';

/*
 *               ┌─ live ────────────────────────────────────────────┐
 *   pending ──▶ │ starting ─┐            ┌──asked───▶ waiting-input │ ──exited──▶ succeeded, failed, gave-up,
 *      ▲        │           ├─claimed─▶ running ◀─stirred──┤        │             rate-limited, backing-off
 *      │   ┌──▶ │ resuming ─┘            └─fellSilent─▶ stalled     │ ──stopRequested──▶ stopping ──▶ cancelled, failed
 *      │   │    └───────────────────────────────────────────────────┘
 *      │   │       ▲ foundAlive, neverClaimed    │ vanished
 *      │   │       └──────────── lost ◀──────────┘
 *      │   │                      └──provedDead──▶ backing-off, gave-up
 *      │   └──ticked, retryRequested── backing-off, rate-limited
 *      └──────retryRequested── succeeded, failed, gave-up, cancelled
 *
 * Every arrow is drawn in docs/architecture.md.
 */

type Arrow<S extends State, T extends HappeningType> = (
  task: Task & { readonly phase: Phase & { readonly state: S } },
  happening: Extract<Happening, { type: T }>,
  at: number,
  policy: Policy,
) => Outcome;
type Row<S extends State> = { readonly [T in HappeningType]?: Arrow<S, T> };

const REISSUES = 3;

const lost = (task: Task, cause: LossCause, at: number, why = LOSSES[cause]): Outcome =>
  enter(task, { state: 'lost', cause, why }, at, { do: 'reconcile', attempt: task.attempt });

/** Takes the claim of an attempt that seems not to have begun: a tmux that was too slow to answer may still start its runner. */
const unbegun = (task: Task, why: string, at: number): Outcome =>
  enter(task, { state: 'lost', cause: 'unclaimed', why }, at, { do: 'reap', attempt: task.attempt });

/** Decides what follows a proven death. A session that was ended from outside twice within the time of the policy was ended on purpose: no resume. */
function provedDead(
  task: Task & { readonly phase: Phase & { readonly state: 'lost' } },
  { rebooted, livedMs, trace }: Extract<Happening, { type: 'provedDead' }>,
  at: number,
  policy: Policy,
): Outcome {
  const { cause, why } = task.phase;
  const lived = cause === 'unclaimed' ? Number.POSITIVE_INFINITY : livedMs; // that it never began says nothing of the agent
  const counts = !rebooted && !NOBODYS_FAULT.includes(cause);
  if (cause !== 'session') return retryOrEnd(task, { why, livedMs: lived, counts, trace }, at, policy);
  const last = task.sessionKilledAt;
  const meant = last !== undefined && Math.abs(at - last) < policy.sessionKillsWithinMs;
  if (meant) return over(task, 'gave-up', 'its tmux session was ended twice: somebody means it', at);
  return retryOrEnd({ ...task, sessionKilledAt: at }, { why, livedMs, counts, trace }, at, policy);
}

const born = (task: Task, bornAt: number): Task => ({ ...task, bornAt, spentAtBirth: task.spentMs });

const cancel = (task: Task, by: string, at: number): Outcome => over(task, 'cancelled', `stopped by ${by}`, at);

const end = (
  task: Task,
  toward: 'cancelled' | 'failed' | 'succeeded',
  why: string,
  killAt: number,
  at: number,
): Outcome => enter(task, { state: 'stopping', killAt, toward, why }, at, { do: 'terminate', attempt: task.attempt });

/** The agent is gone before its time was up: what it left behind may go too. */
const reap = (task: Task, phase: Phase & { readonly state: 'stopping' }, at: number): Outcome => [
  { ...task, seq: task.seq + 1, phase: { ...phase, killAt: at } },
  { do: 'reap', attempt: task.attempt },
];

const strayedTo = (happening: Extract<Happening, { type: 'strayed' }>): string =>
  'owner' in happening
    ? `the agent opened conversation ${happening.got}, which belongs to the task ${happening.owner}: two tasks cannot share one`
    : `asked to resume conversation ${happening.asked}, the agent opened ${happening.got}`;

const named = (task: Task, { conversation }: Extract<Happening, { type: 'named' }>): Outcome =>
  task.conversation === conversation ? [task] : [{ ...task, conversation, seq: task.seq + 1 }];

/** What is true of every state in which the agent may live. */
const live = {
  exited,
  vanished: (task, { cause }, at) => lost(task, cause, at),
  named,
  reported: (task) => [{ ...task, seq: task.seq + 1 }], // changes nothing, and is journalled
  strayed: (task, happening, at, policy) => end(task, 'failed', strayedTo(happening), at + policy.killGraceMs, at),
  stopRequested: (task, { by, graceMs }, at) => end(task, 'cancelled', `stopped by ${by}`, at + graceMs, at),
} satisfies Row<'running' | 'starting' | 'resuming' | 'waiting-input' | 'stalled' | 'lost'>;

/** What is true of every state in which the agent is known to live. */
const awake = {
  ...live,
  lingered: (task, { denied }, at) =>
    end(
      { ...task, denied: task.denied + denied },
      'succeeded',
      'the final event; its process stayed and was ended',
      at,
      at,
    ),
} satisfies Row<'running' | 'waiting-input' | 'stalled'>;

/** Ends an attempt that hangs. Before that, an agent that sits at its prompt is sent a line, once in its life, and given time to stir. */
const hung: Arrow<'stalled', 'hung'> = (task, { proof, takesLine = false }, at, policy) => {
  const poked = task.poked?.attempt === task.attempt ? task.poked.at : undefined;
  if (poked === undefined && takesLine && policy.poke)
    return [
      { ...task, seq: task.seq + 1, poked: { attempt: task.attempt, at } },
      { do: 'poke', attempt: task.attempt },
    ];
  const waits = poked !== undefined && takesLine && at >= poked && at - poked < policy.pokeWaitMs;
  const why = `it hung: ${proof}${poked === undefined ? '' : ', and a line that was sent to it changed nothing'}`;
  return waits ? [task] : lost(task, 'hung', at, why);
};

const launched: Row<'starting' | 'resuming'> = {
  ...live,
  // From now on the runner has its time: to look for the conversation may take as long, or longer where a fleet comes back.
  planned: ({ conversation: _before, ...task }, { attempt, kind, why, conversation, tree }, at, policy) => {
    const phase = { ...task.phase, claimBy: at + policy.claimWithinMs };
    const asked = conversation === undefined ? {} : { conversation };
    const launched = { attempt, kind, why };
    return [{ ...task, ...asked, ...measuredBy(task, tree), launched, seq: task.seq + 1, phase }];
  },
  claimed: (task, { bornAt }, at) => enter({ ...born(task, bornAt), reissues: 0 }, { state: 'running' }, at),
  launchFailed: (task, { permanent, why }, at) =>
    permanent ? end(task, 'failed', why, at, at) : unbegun(task, why, at),
  ticked: (task, _, at) => (at >= task.phase.claimBy ? lost(task, 'unclaimed', at) : [task]),
};

const waiting: Row<'backing-off' | 'rate-limited'> = {
  retryRequested: (task, _, at, policy) => issue(task, at, policy),
  stopRequested: (task, { by }, at) => cancel(task, by, at),
};

const ended: Row<FinalState> = { retryRequested: again };

/** A person has to log in: another attempt would change nothing. */
const loggedOut: Arrow<'running' | 'stalled', 'loggedOut'> = (task, { why }, at, policy) => {
  const killAt = at + policy.killGraceMs;
  const phase = { state: 'stopping', killAt, toward: 'failed', why, failure: 'auth' } as const;
  return enter(task, phase, at, { do: 'terminate', attempt: task.attempt });
};

const quiet: Row<'waiting-input' | 'stalled'> = {
  ...awake,
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
    ...awake,
    asked,
    loggedOut,
    fellSilent: (task, _, at) => enter(task, { state: 'stalled' }, at),
    ticked: (task, _, _at, policy) => [settled(task, policy)],
  },
  'waiting-input': { ...quiet, stirred: heard, asked: askedAgain, answered, unanswered, ticked: waited },
  stalled: { ...quiet, asked, loggedOut, hung, ticked: (task, _, _at, policy) => [leftAlone(task, policy)] },
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
    named, // it may have ended before its first event was looked at, and be asked to go on
    exited: (task, { status, denied }, at) =>
      at >= task.phase.killAt
        ? [task]
        : reap({ ...task, exitStatus: status, denied: task.denied + denied }, task.phase, at),
    vanished: (task, _, at) => (at >= task.phase.killAt ? [task] : reap(task, task.phase, at)),
    provedDead: (task, _, at) => {
      const { toward, why, failure } = task.phase;
      return toward === 'failed' && failure
        ? enter(task, { state: toward, why, failure }, at)
        : over(task, toward, why, at);
    },
    ticked: (task, _, at, policy) =>
      at >= task.phase.killAt
        ? [
            { ...task, phase: { ...task.phase, killAt: at + policy.killGraceMs } },
            { do: 'reap', attempt: task.attempt },
          ]
        : [task],
  },
  lost: {
    ...live,
    vanished: (task) => [task],
    foundAlive: (task, { bornAt }, at) => enter(born(task, bornAt), { state: 'running' }, at),
    neverClaimed: (task, _, at, policy) => {
      if (task.reissues >= REISSUES) return unbegun(task, 'the runner never began', at);
      const again = { ...task, reissues: task.reissues + 1 };
      return enter(again, launching(again, at, policy), at, { do: 'launch', attempt: task.attempt });
    },
    provedDead,
    ticked: (task) => [task, { do: 'reconcile', attempt: task.attempt }],
  },
  succeeded: ended,
  failed: ended,
  'gave-up': ended,
  cancelled: ended,
};

/** Does it change anything, where a task is in this state? */
export const hears = ({ phase }: Pick<Task, 'phase'>, { type }: Happening): boolean => type in machine[phase.state];

/** The end of an attempt tells what it has used, whatever follows from it. */
const counted = (task: Task, happening: Happening): Task =>
  'used' in happening && happening.used
    ? { ...task, used: tallied(task.used, happening.attempt, happening.used) }
    : task;

/** The decision: what becomes of a task when something has happened at the time `at` (epoch ms), and what is to be done. Pure. */
export function step(task: Task, happening: Happening, at: number, policy: Policy): Outcome {
  if ('attempt' in happening && happening.attempt !== task.attempt) return [task];
  const charged = happening.type === 'ticked' ? charge(task, at, policy) : chargeUntil(task, at, policy);
  const now = counted(charged, happening);
  // The row of a state takes tasks in that state, and the entry of a type takes happenings of that type.
  const arrow = machine[now.phase.state][happening.type] as Arrow<State, HappeningType> | undefined;
  return arrow ? arrow(now as Parameters<typeof arrow>[0], happening, at, policy) : [now];
}
