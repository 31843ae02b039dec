import type { Policy } from './policy.ts';
import { isFinal, type Phase, type Task } from './task.ts';

const MINUTE = 60_000;

/** So much of the present life was counted at the ticks, ms: whatever the clock did between them. */
export const countedMs = ({ spentMs, spentAtBirth = spentMs }: Task): number => spentMs - spentAtBirth;

/** Failures are forgotten after a stable stretch; a spent budget leaves a healthy agent alive, detached. */
export function settled(task: Task, policy: Policy): Task {
  const stable = task.fails > 0 && countedMs(task) >= policy.stableAfterMs;
  const after = stable ? { ...task, fails: 0, fastDeaths: 0, seq: task.seq + 1 } : task;
  return leftAlone(after, policy);
}

/** A spent budget leaves an agent alive that works, asks or says nothing: no resume will follow. */
export const leftAlone = (task: Task, { budgetMs }: Policy): Task =>
  task.detached || task.spentMs < budgetMs ? task : { ...task, detached: true, seq: task.seq + 1 };

/** Charges the time since the last charge, as it counts: awake, outside a known wait for the provider; all of it where the budget is strict. */
export function charge(before: Task, at: number, policy: Policy): Task {
  if (before.firstStartAt === undefined || isFinal(before.phase)) return before;
  const passed = before.tickedAt === undefined ? 0 : at - before.tickedAt;
  const task = { ...before, tickedAt: at, ...(passed < 0 ? earlier(before, -passed) : {}) };
  if (policy.strictBudget) return { ...task, ...lessAtBirth(task, -passed), spentMs: at - before.firstStartAt };
  const awake = Math.max(0, Math.min(passed, MINUTE)); // a longer gap between two charges is sleep
  return { ...task, spentMs: task.spentMs + (task.phase.state === 'rate-limited' ? 0 : awake) };
}

/** Charges what has passed until something else than a tick happens. A clock that was set back is left to the next tick. */
export const chargeUntil = (task: Task, at: number, policy: Policy): Task =>
  task.tickedAt !== undefined && at > task.tickedAt ? charge(task, at, policy) : task;

/** A calm task, charged, where that is all that the time does to it: else it is to be told the time. */
export function onlyCharged(task: Task, at: number, policy: Policy): Task | undefined {
  const charged = charge(task, at, policy);
  const { phase } = charged;
  if (phase.state === 'running') return settled(charged, policy) === charged ? charged : undefined;
  const waits = phase.state === 'stalled' || (phase.state === 'waiting-input' && !phase.auto);
  return waits && leftAlone(charged, policy) === charged ? charged : undefined;
}

/** The clock was set back by so much: what happened before it stays as long ago as it was, and nothing lies ahead of us. */
function earlier(task: Task, ms: number): Partial<Task> {
  const { since, sessionKilledAt, limitedAt, poked } = task;
  return {
    since: since - ms,
    ...(sessionKilledAt === undefined ? {} : { sessionKilledAt: sessionKilledAt - ms }),
    ...(limitedAt === undefined ? {} : { limitedAt: limitedAt - ms }),
    ...(poked === undefined ? {} : { poked: { ...poked, at: poked.at - ms } }),
    phase: sooner(task.phase, ms),
  };
}

/** The clock was set back by so much, and with it all that a strict budget has counted: the life stays as long. */
const lessAtBirth = ({ spentAtBirth }: Task, ms: number): Partial<Task> =>
  ms > 0 && spentAtBirth !== undefined ? { spentAtBirth: spentAtBirth - ms } : {};

/** The clock was set back by so much: our own waits get no longer for it. The time of a provider's reset stays. */
function sooner(phase: Phase, ms: number): Phase {
  switch (phase.state) {
    case 'starting':
    case 'resuming':
      return { ...phase, claimBy: phase.claimBy - ms };
    case 'backing-off':
      return { ...phase, retryAt: phase.retryAt - ms };
    case 'stopping':
      return { ...phase, killAt: phase.killAt - ms };
    default:
      return phase;
  }
}
