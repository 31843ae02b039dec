import type { Failure } from '../../src/domain/event.ts';
import type { Happening, HappeningType, LossCause } from '../../src/domain/happening.ts';
import { step } from '../../src/domain/machine.ts';
import type { Effect } from '../../src/domain/outcome.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import { newTask, type Phase, type State, type Task } from '../../src/domain/task.ts';

/** The time at which everything in the tables happens, epoch ms. */
export const NOW = 1_800_000_000_000;
export const MINUTE = 60_000;
export const policy = defaultPolicy;

const CAUSES: readonly LossCause[] = ['reboot', 'tmux-server', 'session', 'runner', 'unclaimed', 'daemon', 'hung'];

/** Each state with every kind of data that it can carry. A state that is missing here does not compile. */
export const phases: { readonly [S in State]: readonly (Phase & { readonly state: S })[] } = {
  pending: [{ state: 'pending' }],
  starting: due((claimBy) => ({ state: 'starting', claimBy })),
  running: [{ state: 'running' }],
  'waiting-input': [
    { state: 'waiting-input', question: 'Allow it?', choices: ['yes', 'no'] },
    { state: 'waiting-input', question: 'Allow it?', choices: ['yes', 'no'], auto: { text: 'no', by: 'deny *' } },
  ],
  stalled: [{ state: 'stalled' }],
  'rate-limited': due((until) => ({ state: 'rate-limited', until, why: 'usage limit' })),
  'backing-off': due((retryAt) => ({ state: 'backing-off', retryAt, why: 'exit 1' })),
  resuming: due((claimBy) => ({ state: 'resuming', claimBy })),
  stopping: [
    ...due((killAt) => stopping(killAt, 'cancelled')),
    ...due((killAt) => stopping(killAt, 'failed')),
    ...due((killAt) => stopping(killAt, 'succeeded')),
  ],
  lost: CAUSES.map((cause) => ({ state: 'lost', cause, why: cause })),
  succeeded: [{ state: 'succeeded', why: 'done' }],
  failed: [{ state: 'failed', why: 'no login' }],
  'gave-up': [{ state: 'gave-up', why: 'spent' }],
  cancelled: [{ state: 'cancelled', why: 'stopped' }],
};

/** What a step is expected to lead to: a part of the task, and the orders by name. */
export type StepRow = readonly [
  sentence: string,
  task: Task,
  happening: Happening,
  next: { readonly phase: Partial<Phase> } & Omit<Partial<Task>, 'phase'>,
  orders: readonly Effect['do'][],
];

function due<P>(phase: (deadline: number) => P): readonly P[] {
  return [phase(NOW - 1), phase(NOW + MINUTE)];
}

/** A task that is being stopped. */
export function stopping(killAt: number, toward: 'cancelled' | 'failed' | 'succeeded') {
  return { state: 'stopping', killAt, toward, why: 'w' } as const;
}

/** A task in the given phase: new where it is pending, else on its second attempt, unless it says otherwise. */
export function taskIn(phase: Phase, more: Partial<Task> = {}): Task {
  const fresh = newTask(NOW - 40 * MINUTE);
  if (phase.state === 'pending') return { ...fresh, ...more };
  const begun = { seq: 5, attempt: 2, tries: 2, firstStartAt: NOW - 30 * MINUTE, tickedAt: NOW - 5000 };
  return { ...fresh, ...begun, since: NOW - MINUTE, phase, ...more };
}

/** A pending task, as it is launched again after the first attempt of its run died with the tmux server. */
export function sparedOnce(pending: Task = newTask(NOW)): Task {
  const first = pending.attempt + 1;
  const story: readonly Happening[] = [
    { type: 'admitted' },
    { type: 'claimed', attempt: first, bornAt: NOW },
    { type: 'vanished', attempt: first, cause: 'tmux-server' },
    { type: 'provedDead', attempt: first, rebooted: false, livedMs: 5 * MINUTE },
    { type: 'ticked' },
  ];
  return story.reduce((task, happening) => step(task, happening, NOW, policy)[0], pending);
}

const attempt = 2;
const failure = (kind: Failure['kind'], more: Partial<Failure> = {}): Failure => ({ kind, message: kind, ...more });
const end = { type: 'exited', attempt, livedMs: 5 * MINUTE, turn: 'open', denied: 0 } as const;

/** Each happening in every variant that the machine tells apart. A type that is missing here does not compile. */
export const happenings: { readonly [T in HappeningType]: readonly Extract<Happening, { type: T }>[] } = {
  admitted: [{ type: 'admitted' }],
  planned: [{ type: 'planned', attempt, kind: 'fresh', why: 'the first attempt' }],
  claimed: [{ type: 'claimed', attempt, bornAt: NOW }],
  launchFailed: [true, false].map((permanent) => ({ type: 'launchFailed', attempt, permanent, why: 'no tmux' })),
  named: [{ type: 'named', attempt, conversation: 'c1' }],
  strayed: [
    { type: 'strayed', attempt, asked: 'c1', got: 'c2' },
    { type: 'strayed', attempt, owner: 'other', got: 'c2' },
  ],
  exited: [
    { ...end, status: 0, turn: 'ended' },
    { ...end, status: 0 },
    { ...end, status: 1 },
    { ...end, status: 1, livedMs: 1000 },
    { ...end, status: 127 },
    { ...end, status: 1, failure: failure('auth') },
    { ...end, status: 1, failure: failure('usage-limit', { resetAt: NOW + 60 * MINUTE }) },
    { ...end, status: 1, failure: failure('usage-limit', { resetAt: NOW + 9000 * MINUTE }) },
  ],
  vanished: CAUSES.map((cause) => ({ type: 'vanished', attempt, cause })),
  foundAlive: [{ type: 'foundAlive', attempt, bornAt: NOW - MINUTE }],
  neverClaimed: [{ type: 'neverClaimed', attempt }],
  provedDead: [true, false].map((rebooted) => ({ type: 'provedDead', attempt, rebooted, livedMs: 1000 })),
  asked: [{ type: 'asked', attempt, question: 'Allow it?', choices: ['yes', 'no'] }],
  answered: [{ type: 'answered', attempt, text: 'no', by: 'deny *' }],
  unanswered: [{ type: 'unanswered', attempt, why: 'no pane' }],
  fellSilent: [{ type: 'fellSilent', attempt }],
  stirred: [{ type: 'stirred', attempt }],
  loggedOut: [{ type: 'loggedOut', attempt, why: 'it asks for a login' }],
  lingered: [{ type: 'lingered', attempt, denied: 1 }],
  hung: [true, false].map((takesLine) => ({ type: 'hung', attempt, proof: 'no CPU for an hour', takesLine })),
  reported: [{ type: 'reported', attempt, text: 'half of it' }],
  stopRequested: [{ type: 'stopRequested', by: 'an operator', graceMs: 5000 }],
  retryRequested: [{ type: 'retryRequested', by: 'an operator' }],
  ticked: [{ type: 'ticked' }],
};

/** The counters that decide between another attempt and the end, each fresh and spent; the attempt as the happenings name it, or the first. */
export const counters: readonly Partial<Task>[] = [
  {},
  { attempt: 1, tries: 1 },
  { tries: policy.maxAttempts },
  { spentMs: policy.budgetMs },
  { fastDeaths: policy.fastDeaths - 1 },
  { reissues: 3 },
  { sessionKilledAt: NOW - 1000 },
];
