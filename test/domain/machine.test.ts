import { describe, expect, test } from 'vitest';
import { step } from '../../src/domain/machine.ts';
import { isFinal, newTask, type Phase, STATES } from '../../src/domain/task.ts';
import { happenings, MINUTE, NOW, phases, policy, type StepRow, stopping, taskIn } from './samples.ts';

const running = taskIn({ state: 'running' }, { bornAt: NOW - 5 * MINUTE });
const lost = taskIn({ state: 'lost', cause: 'runner', why: 'its runner was killed' });
const starting = taskIn({ state: 'starting', claimBy: NOW + 20_000 }, { attempt: 1, tries: 1 });
const exit = { type: 'exited', attempt: 2, status: 1, livedMs: 5 * MINUTE, turn: 'open', denied: 0 } as const;

describe('a task', () => {
  test.each<StepRow>([
    [
      'that is admitted begins its first attempt',
      newTask(NOW),
      { type: 'admitted' },
      {
        phase: { state: 'starting', claimBy: NOW + policy.claimWithinMs },
        attempt: 1,
        tries: 1,
        firstStartAt: NOW,
        seq: 1,
      },
      ['launch'],
    ],
    [
      'that is admitted again goes on with the next number',
      { ...newTask(NOW), run: 2, attempt: 7 },
      { type: 'admitted' },
      { phase: { state: 'resuming' }, attempt: 8, tries: 1 },
      ['launch'],
    ],
    [
      'that is launched afresh forgets the conversation of before',
      { ...starting, conversation: 'c0' },
      { type: 'planned', attempt: 1, kind: 'fresh', why: 'w' },
      { phase: { state: 'starting' }, seq: 6 },
      [],
    ],
    [
      'whose conversation was looked for until now gives its runner all the time to claim it',
      taskIn({ state: 'resuming', claimBy: NOW }),
      { type: 'planned', attempt: 2, kind: 'resume', why: 'w', conversation: 'c1' },
      { phase: { state: 'resuming', claimBy: NOW + policy.claimWithinMs }, conversation: 'c1', seq: 6 },
      [],
    ],
    [
      'whose runner claimed the attempt runs',
      { ...starting, reissues: 2 },
      { type: 'claimed', attempt: 1, bornAt: NOW - 1000 },
      { phase: { state: 'running' }, bornAt: NOW - 1000, reissues: 0 },
      [],
    ],
    [
      'that nobody claims in time is lost',
      taskIn({ state: 'resuming', claimBy: NOW }),
      { type: 'ticked' },
      { phase: { state: 'lost', cause: 'unclaimed' } },
      ['reconcile'],
    ],
    [
      'that cannot ever be launched ends, once its claim is taken',
      starting,
      { type: 'launchFailed', attempt: 1, permanent: true, why: 'no codex' },
      { phase: { ...stopping(NOW, 'failed'), why: 'no codex' } },
      ['terminate'],
    ],
    [
      'that cannot be launched just now is lost, until its claim is taken',
      starting,
      { type: 'launchFailed', attempt: 1, permanent: false, why: 'tmux hangs' },
      { phase: { state: 'lost', cause: 'unclaimed', why: 'tmux hangs' } },
      ['reap'],
    ],
    [
      'learns the name of its conversation',
      running,
      { type: 'named', attempt: 2, conversation: 'c1' },
      { phase: { state: 'running' }, conversation: 'c1', seq: 6 },
      [],
    ],
    [
      'that opened another conversation is ended as failed',
      running,
      { type: 'strayed', attempt: 2, asked: 'c1', got: 'c2' },
      {
        phase: {
          ...stopping(NOW + policy.killGraceMs, 'failed'),
          why: 'asked to resume conversation c1, the agent opened c2',
        },
      },
      ['terminate'],
    ],
    [
      'that opened the conversation of another task is ended as failed',
      running,
      { type: 'strayed', attempt: 2, owner: 'parser', got: 'c2' },
      {
        phase: {
          ...stopping(NOW + policy.killGraceMs, 'failed'),
          why: 'the agent opened conversation c2, which belongs to the task parser: two tasks cannot share one',
        },
      },
      ['terminate'],
    ],
    [
      'that is stopped gets its grace',
      running,
      { type: 'stopRequested', by: 'me', graceMs: 7000 },
      { phase: { ...stopping(NOW + 7000, 'cancelled'), why: 'stopped by me' } },
      ['terminate'],
    ],
    [
      'that is stopped before it began is cancelled at once',
      newTask(NOW),
      { type: 'stopRequested', by: 'me', graceMs: 7000 },
      { phase: { state: 'cancelled', why: 'stopped by me' } },
      ['conclude'],
    ],
    [
      'that was stopped and whose agent exits is reaped',
      taskIn(stopping(NOW + 1, 'cancelled')),
      exit,
      { phase: { state: 'stopping', killAt: NOW }, exitStatus: 1 },
      ['reap'],
    ],
    [
      'that was stopped before its conversation was known keeps that',
      taskIn(stopping(NOW + 1, 'cancelled')),
      { type: 'named', attempt: 2, conversation: 'c1' },
      { phase: { state: 'stopping', killAt: NOW + 1 }, conversation: 'c1' },
      [],
    ],
    [
      'that was stopped and whose grace is over is reaped, and again after a while',
      taskIn(stopping(NOW, 'cancelled')),
      { type: 'ticked' },
      { phase: { state: 'stopping', killAt: NOW + policy.killGraceMs } },
      ['reap'],
    ],
    [
      'that was stopped is cancelled when nothing of it lives',
      taskIn(stopping(NOW, 'cancelled')),
      { type: 'provedDead', attempt: 2, rebooted: false, livedMs: 0 },
      { phase: { state: 'cancelled', why: 'w' } },
      ['conclude'],
    ],
    [
      'that is lost and lives runs on',
      lost,
      { type: 'foundAlive', attempt: 2, bornAt: NOW - MINUTE },
      { phase: { state: 'running' }, bornAt: NOW - MINUTE },
      [],
    ],
    [
      'that is lost before anybody claimed it is launched under the same number',
      lost,
      { type: 'neverClaimed', attempt: 2 },
      { phase: { state: 'resuming' }, attempt: 2, tries: 2, reissues: 1 },
      ['launch'],
    ],
    [
      'that nobody claims for the fourth time must not begin any more',
      { ...lost, reissues: 3 },
      { type: 'neverClaimed', attempt: 2 },
      { phase: { state: 'lost', cause: 'unclaimed', why: 'the runner never began' }, attempt: 2 },
      ['reap'],
    ],
    ['that is lost is looked for at each tick', lost, { type: 'ticked' }, { phase: lost.phase, seq: 5 }, ['reconcile']],
    [
      'that hung is lost, with the proof',
      taskIn({ state: 'stalled' }),
      { type: 'hung', attempt: 2, proof: 'no CPU' },
      { phase: { state: 'lost', cause: 'hung', why: 'it hung: no CPU' } },
      ['reconcile'],
    ],
    [
      'that has run stably forgets its failures',
      { ...running, fails: 4, fastDeaths: 2, spentMs: policy.stableAfterMs, spentAtBirth: 0 },
      { type: 'ticked' },
      { phase: { state: 'running' }, fails: 0, fastDeaths: 0, seq: 6 },
      [],
    ],
    [
      'that has not run stably yet forgets nothing',
      { ...running, fails: 4, spentMs: policy.stableAfterMs, spentAtBirth: NOW - (running.tickedAt ?? NOW) + 1 },
      { type: 'ticked' },
      { phase: { state: 'running' }, fails: 4, seq: 5 },
      [],
    ],
    [
      'under a clock that jumped forward has not run stably',
      { ...running, fails: 4, bornAt: NOW - policy.stableAfterMs, spentMs: 1000, spentAtBirth: 1000 },
      { type: 'ticked' },
      { phase: { state: 'running' }, fails: 4, seq: 5 },
      [],
    ],
    [
      'that is healthy when its budget ends is left alive',
      { ...running, spentMs: policy.budgetMs },
      { type: 'ticked' },
      { phase: { state: 'running' }, detached: true, seq: 6 },
      [],
    ],
  ])('%s', (_, task, happening, expected, orders) => {
    const [next, ...given] = step(task, happening, NOW, policy);
    expect(next).toMatchObject(expected);
    expect(given.map((order) => order.do)).toEqual(orders);
  });

  test('that is launched afresh keeps no word of the old conversation', () => {
    const planned = { type: 'planned', attempt: 1, kind: 'fresh', why: 'the first attempt' } as const;
    const [next] = step({ ...starting, conversation: 'c0' }, planned, NOW, policy);
    expect(next).not.toHaveProperty('conversation');
  });
});

describe('whatever the state', () => {
  test.each(STATES)('%s: a word of another attempt changes nothing', (state) => {
    for (const phase of phases[state])
      for (const happening of Object.values(happenings).flat()) {
        if (!('attempt' in happening)) continue;
        const task = taskIn(phase, { attempt: 3 });
        expect(step(task, happening, NOW, policy)).toEqual([task]);
      }
  });

  test.each(STATES.filter((state) => isFinal(phases[state][0] as Phase)))('%s is left by a retry only', (state) => {
    for (const phase of phases[state])
      for (const happening of Object.values(happenings).flat()) {
        const [next] = step(taskIn(phase), happening, NOW, policy);
        expect(next.phase.state).toBe(happening.type === 'retryRequested' ? 'pending' : state);
      }
  });

  test('every change of state is counted and dated', () => {
    for (const phase of Object.values(phases).flat())
      for (const happening of Object.values(happenings).flat()) {
        const task = taskIn(phase, { attempt: 2 });
        const [next] = step(task, happening, NOW, policy);
        if (next.phase.state !== task.phase.state) expect(next).toMatchObject({ seq: task.seq + 1, since: NOW });
      }
  });
});
