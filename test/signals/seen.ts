import { findAgent } from '../../src/agents/index.ts';
import type { Observation } from '../../src/domain/observation.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import { noProgress, type Progress } from '../../src/domain/progress.ts';
import type { Known } from '../../src/domain/signal.ts';
import { newTask, type Phase, type Task } from '../../src/domain/task.ts';

const NOW = 1_800_000_000_000;

/** A look at an agent that works on its second attempt, but for what the test says. */
export const seen = (but: Partial<Observation> = {}): Observation => ({
  at: NOW,
  attempt: 2,
  claim: 'runner',
  bornAt: NOW - 60_000,
  runner: 'alive',
  pane: 'alive',
  progress: noProgress,
  stderr: '',
  rebooted: false,
  ...but,
});

/** A look at an agent whose events add up to this. */
export const told = (progress: Partial<Progress>, but: Partial<Observation> = {}): Observation =>
  seen({ ...but, progress: { ...noProgress, ...progress } });

/** A task on its second attempt, running unless the test says otherwise. */
export const task = (phase: Phase = { state: 'running' }, more: Partial<Task> = {}): Task => ({
  ...newTask(NOW),
  attempt: 2,
  phase,
  ...more,
});

/** A real agent, for the words of its failures, and the policy by default. */
export function known(): Known {
  const agent = findAgent('codex');
  if (!agent) throw new Error('codex is gone');
  return { agent, policy: defaultPolicy };
}
