import { describe, expect, test } from 'vitest';
import { step } from '../../src/domain/machine.ts';
import { MINUTE, NOW, policy, type StepRow, taskIn } from './samples.ts';

const running = taskIn({ state: 'running' }, { bornAt: NOW - 5 * MINUTE });
const lost = taskIn({ state: 'lost', cause: 'runner', why: 'its runner was killed' });
const exit = { type: 'exited', attempt: 2, status: 1, livedMs: 5 * MINUTE, turn: 'open', denied: 0 } as const;
const limit = (resetAt: number) => ({ ...exit, failure: { kind: 'usage-limit', message: 'limit', resetAt } }) as const;

describe('a task', () => {
  test.each<StepRow>([
    [
      'that a reboot ended has spent no attempt',
      { ...lost, attempt: 12, tries: 12 },
      { type: 'provedDead', attempt: 12, rebooted: true, livedMs: 5 * MINUTE },
      { phase: { state: 'backing-off', retryAt: NOW }, tries: 12, spared: 1 },
      [],
    ],
    [
      'that has spent no attempt with one of its twelve has one left',
      taskIn({ state: 'backing-off', retryAt: NOW, why: 'w' }, { attempt: 12, tries: 12, spared: 1 }),
      { type: 'ticked' },
      { phase: { state: 'resuming' }, attempt: 13, tries: 13, spared: 1 },
      ['launch'],
    ],
    [
      'that has spent twelve attempts beside it has none',
      taskIn({ state: 'backing-off', retryAt: NOW, why: 'w' }, { attempt: 13, tries: 13, spared: 1 }),
      { type: 'ticked' },
      { phase: { state: 'gave-up', why: '12 attempts were made' } },
      ['conclude'],
    ],
    [
      'that waits for its provider has spent no attempt',
      running,
      limit(NOW + 60 * MINUTE),
      { phase: { state: 'rate-limited' }, tries: 2, spared: 1 },
      ['keepScreen'],
    ],
    [
      'that dies with the machine each time it has begun does not go on for ever',
      { ...lost, attempt: 12, tries: 12 },
      { type: 'provedDead', attempt: 12, rebooted: true, livedMs: 1000 },
      { phase: { state: 'gave-up', why: '12 attempts were made; last: its runner was killed' } },
      ['conclude'],
    ],
    [
      'whose budget would end in the back-off is resumed while something of it is left',
      { ...running, fails: 4, spentMs: policy.budgetMs - 10 * MINUTE, tickedAt: NOW },
      exit,
      { phase: { state: 'backing-off', retryAt: NOW + 7 * MINUTE } },
      ['keepScreen'],
    ],
    [
      'whose budget would end in the back-off gives up at once where nothing worth it is left',
      { ...running, fails: 4, spentMs: policy.budgetMs - 2 * MINUTE },
      exit,
      { phase: { state: 'gave-up', why: 'the budget ends before the next resume is due; last: exit 1' } },
      ['conclude'],
    ],
    [
      'whose limit ends at no time that a calendar holds does not wait for it',
      running,
      limit(Number.NaN),
      { phase: { state: 'backing-off', retryAt: NOW, why: 'limit' } },
      [],
    ],
    ...[-1, 0, 8.64e15 + 1, Number.POSITIVE_INFINITY].map(
      (until): StepRow => [
        `whose limit ends at ${until}, which no calendar holds either, does not wait for it`,
        running,
        limit(until),
        { phase: { state: 'backing-off', retryAt: NOW, why: 'limit' } },
        [],
      ],
    ),
    [
      'that is told to wait for ever is a person’s to decide upon',
      running,
      limit(8e15),
      { phase: { state: 'gave-up' } },
      ['conclude'],
    ],
  ])('%s', (_, task, happening, expected, orders) => {
    const [next, ...given] = step(task, happening, NOW, policy);
    expect(next).toMatchObject(expected);
    expect(given.map((order) => order.do)).toEqual(orders);
  });

  test.each(['waiting-input', 'stalled'] as const)('that is %s when its budget is spent is left alone', (state) => {
    const phase = state === 'stalled' ? { state } : { state, question: 'May I?', choices: [] };
    const spent = taskIn(phase, { spentMs: policy.budgetMs });
    const [next, ...orders] = step(spent, { type: 'ticked' }, NOW, policy);
    expect([next.detached, next.phase, orders]).toEqual([true, phase, []]);
  });
});
