import { describe, expect, test } from 'vitest';
import type { Happening } from '../../src/domain/happening.ts';
import { step } from '../../src/domain/machine.ts';
import type { Phase, Task } from '../../src/domain/task.ts';
import { onlyCharged } from '../../src/domain/time.ts';
import { MINUTE, NOW, policy, stopping, taskIn } from './samples.ts';

const limited = taskIn({ state: 'rate-limited', until: NOW + 99 * MINUTE, why: 'limit' });
const running = taskIn({ state: 'running' });
const strict = { ...policy, strictBudget: true };

describe('the budget', () => {
  test.each([
    ['is charged the time since the last tick', running, policy, 5000, 5000],
    ['is charged one minute of a longer gap: the machine slept', running, policy, 8 * 60 * MINUTE, MINUTE],
    ['is charged nothing when the clock was set back', running, policy, -MINUTE, 0],
    ['is charged nothing while a provider lets us wait', limited, policy, 5000, 0],
    ['is charged everything since the first start where it is strict', limited, strict, 5000, 30 * MINUTE],
    ['is charged nothing before the first start', taskIn({ state: 'pending' }), policy, 5000, 0],
    ['is charged nothing after the end', taskIn({ state: 'failed', why: 'w' }), policy, 5000, 0],
  ])('%s', (_, task, rules, passed, charged) => {
    const [next] = step({ ...task, tickedAt: NOW - passed }, { type: 'ticked' }, NOW, rules);
    expect(next.spentMs - task.spentMs).toBe(charged);
  });
});

describe('what happens between two ticks', () => {
  const asks: Happening = { type: 'asked', attempt: 2, question: 'May I?', choices: [] };
  const stirs: Happening = { type: 'stirred', attempt: 2 };
  const fresh = { ...running, tickedAt: NOW };

  test('is charged until it happens, and the next tick charges only the rest', () => {
    const [asking] = step(fresh, asks, NOW + 4000, policy);
    const [stirred] = step(asking, stirs, NOW + 9000, policy);
    const [ticked] = step(stirred, { type: 'ticked' }, NOW + 10_000, policy);
    expect([asking, stirred, ticked].map(({ spentMs }) => spentMs - fresh.spentMs)).toEqual([4000, 9000, 10_000]);
  });

  test.each([
    ['one minute of a longer gap: the machine slept', fresh, policy, 8 * 60 * MINUTE, MINUTE],
    ['nothing when the clock was set back', fresh, policy, -MINUTE, 0],
    ['everything since the first start where the budget is strict', fresh, strict, 5000, 30 * MINUTE + 5000],
  ])('is charged %s', (_, task, rules, passed, charged) => {
    const [next] = step(task, asks, NOW + passed, rules);
    expect(next.spentMs - task.spentMs).toBe(charged);
  });

  test('is charged nothing where a provider lets us wait', () => {
    const [next] = step({ ...limited, tickedAt: NOW }, { type: 'retryRequested', by: 'p' }, NOW + 5000, policy);
    expect(next.spentMs).toBe(limited.spentMs);
  });

  test('counts for the budget before it is decided whether to go on', () => {
    const nearly = { ...fresh, spentMs: policy.budgetMs - 4000 };
    const died: Happening = { type: 'exited', attempt: 2, status: 1, livedMs: 99_999, turn: 'open', denied: 0 };
    expect(step(nearly, died, NOW + 4000, policy)[0].phase).toMatchObject({ state: 'gave-up' });
  });
});

describe('a clock that is set back by an hour', () => {
  const back = NOW - 60 * MINUTE;
  test.each<[string, Phase, Phase]>([
    [
      'a resume',
      { state: 'backing-off', retryAt: NOW + MINUTE, why: 'w' },
      { state: 'backing-off', retryAt: back + MINUTE, why: 'w' },
    ],
    ['a claim', { state: 'resuming', claimBy: NOW + MINUTE }, { state: 'resuming', claimBy: back + MINUTE }],
    ['a kill', stopping(NOW + MINUTE, 'cancelled'), stopping(back + MINUTE, 'cancelled')],
  ])('makes the wait for %s no longer', (_, phase, expected) => {
    const [next] = step(taskIn(phase, { tickedAt: NOW }), { type: 'ticked' }, back, policy);
    expect(next.phase).toEqual(expected);
  });

  test('leaves everything as long ago as it was', () => {
    const moments = { since: NOW - MINUTE, sessionKilledAt: NOW - 2 * MINUTE, limitedAt: NOW - 3 * MINUTE };
    const before = { ...running, ...moments, poked: { attempt: 2, at: NOW - 4 * MINUTE }, tickedAt: NOW };
    const [next] = step(before, { type: 'ticked' }, back, policy);
    expect(next).toMatchObject({
      since: back - MINUTE,
      sessionKilledAt: back - 2 * MINUTE,
      limitedAt: back - 3 * MINUTE,
      poked: { attempt: 2, at: back - 4 * MINUTE },
    });
  });

  test('makes no two ends of a session that were half an hour apart one person’s will', () => {
    const lost = taskIn({ state: 'lost', cause: 'session', why: 'w' }, { sessionKilledAt: NOW, tickedAt: NOW });
    const [later] = step(lost, { type: 'ticked' }, back, policy);
    const dead = { type: 'provedDead', attempt: 2, rebooted: false, livedMs: MINUTE } as const;
    expect(step(later, dead, back + 30 * MINUTE, policy)[0].phase.state).toBe('backing-off');
  });

  test('leaves the time of a reset, which is the provider’s', () => {
    const [next] = step({ ...limited, tickedAt: NOW }, { type: 'ticked' }, back, policy);
    expect(next.phase).toBe(limited.phase);
  });

  test('hurries nothing that began after it', () => {
    const [failed] = step(
      { ...running, fails: 1, tickedAt: NOW },
      { type: 'exited', attempt: 2, status: 1, livedMs: 99_999, turn: 'open', denied: 0 },
      back,
      policy,
    );
    const [next] = step(failed, { type: 'ticked' }, back + 5000, policy);
    expect(next.phase).toEqual(failed.phase);
  });
});

describe('a calm task', () => {
  const auto = { text: 'yes', by: 'allow command(ls)' };
  const asks = { state: 'waiting-input', question: 'May I?', choices: [] } as const;
  const short = { ...policy, budgetMs: running.spentMs + 5000 };
  const shortly = { ...policy, stableAfterMs: 5000 };
  const fresh = { tickedAt: NOW - 5000, spentAtBirth: running.spentMs };

  test.each<[string, boolean, Partial<Task>, typeof policy]>([
    ['that works', true, {}, policy],
    ['that is silent', true, { phase: { state: 'stalled' } }, policy],
    ['that waits for a person', true, { phase: asks }, policy],
    ['whose question the rules answer', false, { phase: { ...asks, auto } }, policy],
    ['whose budget is spent', false, {}, short],
    ['that is silent with its budget spent', false, { phase: { state: 'stalled' } }, short],
    ['of which that was noticed', true, { detached: true }, short],
    ['whose failures are forgotten', false, { fails: 1 }, shortly],
    ['that has none', true, { fails: 0 }, shortly],
    ['that waits for its end', false, { phase: stopping(NOW + MINUTE, 'cancelled') }, policy],
  ])('%s is only charged for the time: %s', (_, only, but, rules) => {
    const task: Task = { ...running, ...fresh, ...but };
    const charged = onlyCharged(task, NOW, rules);
    expect(charged !== undefined).toBe(only);
    if (charged) expect(step(task, { type: 'ticked' }, NOW, rules)).toEqual([charged]);
  });
});

describe('a life in which the clock is set back by an hour', () => {
  /** The fourth attempt, whose record says that it lived for no time; ticked at each of these times after its birth. */
  function diesAfter(ticks: readonly number[], dies: Happening, rules = policy): Task {
    const resumed = taskIn({ state: 'resuming', claimBy: NOW + MINUTE }, { fastDeaths: 3, tickedAt: NOW });
    const ticked: Happening = { type: 'ticked' };
    const claimed: Happening = { type: 'claimed', attempt: 2, bornAt: NOW };
    const born = step(resumed, claimed, NOW, rules)[0];
    const lived = ticks.reduce((task, ms) => step(task, ticked, NOW + ms, rules)[0], born);
    const at = NOW + (ticks.at(-1) ?? 0) + 1000;
    const lost = dies.type === 'provedDead' ? step(lived, vanished, at, rules)[0] : lived;
    return step(lost, dies, at, rules)[0];
  }
  const vanished: Happening = { type: 'vanished', attempt: 2, cause: 'runner' };
  const exits: Happening = { type: 'exited', attempt: 2, status: 1, livedMs: 0, turn: 'open', denied: 0 };
  const dies: Happening = { type: 'provedDead', attempt: 2, rebooted: false, livedMs: 0 };
  const fiveMinutes = [1, 2, 3, 4, -56, -55].map((minutes) => minutes * MINUTE);

  test.each([
    ['whose record says so', exits, policy],
    ['that had no record', dies, policy],
    ['on a strict budget', exits, strict],
  ])('is not a short one: one %s', (_, death, rules) => {
    const task = diesAfter(fiveMinutes, death, rules);
    expect(task).toMatchObject({ phase: { state: 'backing-off' }, fastDeaths: 0 });
  });

  test('is a short one if it was, and the fourth of these the last', () => {
    const task = diesAfter([5000, 5000 - 60 * MINUTE], exits);
    expect(task).toMatchObject({ phase: { state: 'gave-up' }, fastDeaths: 4 });
  });
});

test('what was counted of a life before says nothing of one that never began', () => {
  const resumed = taskIn({ state: 'resuming', claimBy: NOW + MINUTE }, { spentMs: 9 * MINUTE, spentAtBirth: 0 });
  const exits: Happening = { type: 'exited', attempt: 2, status: 1, livedMs: 0, turn: 'open', denied: 0 };
  expect(step(resumed, exits, NOW, policy)[0]).toMatchObject({ fastDeaths: 1 });
});

test('a machine that dies with its agent each time costs attempts, though the time until it is back was charged', () => {
  const lost = taskIn({ state: 'lost', cause: 'reboot', why: 'w' }, { bornAt: NOW, spentMs: MINUTE, spentAtBirth: 0 });
  const dies: Happening = { type: 'provedDead', attempt: 2, rebooted: true, livedMs: 2000 };
  expect(step(lost, dies, NOW + MINUTE, policy)[0].spared).toBeUndefined();
});
