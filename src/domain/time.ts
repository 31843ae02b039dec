import type { Policy } from './policy.ts';
import { isFinal, type Phase, type Task } from './task.ts';

const MINUTE = 60_000;

/** Failures are forgotten after a stable stretch; a spent budget leaves a healthy agent alive, detached. */
export function settled(task: Task, policy: Policy): Task {
  const livedMs = task.spentMs - (task.spentAtBirth ?? task.spentMs);
  const stable = task.fails > 0 && livedMs >= policy.stableAfterMs;
  const detached = task.detached || task.spentMs >= policy.budgetMs;
  if (!stable && detached === task.detached) return task;
  return { ...task, ...(stable ? { fails: 0, fastDeaths: 0 } : {}), detached, seq: task.seq + 1 };
}

/** Time that counts: awake, outside a known wait for the provider; all of it where the budget is strict. */
export function charge(before: Task, at: number, policy: Policy): Task {
  if (before.firstStartAt === undefined || isFinal(before.phase)) return before;
  const passed = before.tickedAt === undefined ? 0 : at - before.tickedAt;
  const task = { ...before, tickedAt: at, ...(passed < 0 ? { phase: sooner(before.phase, -passed) } : {}) };
  if (policy.strictBudget) return { ...task, spentMs: at - before.firstStartAt };
  const awake = Math.max(0, Math.min(passed, MINUTE)); // a longer gap between two ticks is sleep
  return { ...task, spentMs: task.spentMs + (task.phase.state === 'rate-limited' ? 0 : awake) };
}

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
