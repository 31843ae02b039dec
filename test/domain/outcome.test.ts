import { describe, expect, test } from 'vitest';
import { step } from '../../src/domain/machine.ts';
import { MINUTE, NOW, policy, type StepRow, taskIn } from './samples.ts';

const running = taskIn({ state: 'running' }, { bornAt: NOW - 5 * MINUTE });
const lost = taskIn({ state: 'lost', cause: 'runner', why: 'its runner was killed' });
const sessionKilled = taskIn({ state: 'lost', cause: 'session', why: 'its tmux session was ended from outside' });
const waits = taskIn({ state: 'backing-off', retryAt: NOW, why: 'exit 1' });
const exit = { type: 'exited', attempt: 2, status: 1, livedMs: 5 * MINUTE, turn: 'open', denied: 0 } as const;
const limit = (resetAt: number) => ({ ...exit, failure: { kind: 'usage-limit', message: 'limit', resetAt } }) as const;

describe('a task', () => {
  test.each<StepRow>([
    [
      'with all three witnesses has succeeded',
      running,
      { ...exit, status: 0, turn: 'ended' },
      { phase: { state: 'succeeded', why: 'exit 0 and the final event' }, exitStatus: 0 },
      ['conclude'],
    ],
    [
      'that succeeded although tools were denied says so',
      { ...running, denied: 1 },
      { ...exit, status: 0, turn: 'ended', denied: 2 },
      { phase: { state: 'succeeded', why: 'exit 0 and the final event, but 3 tool calls were denied' }, denied: 3 },
      ['conclude'],
    ],
    [
      'that was denied something has succeeded, and says so',
      running,
      { ...exit, status: 0, turn: 'ended', denied: 2 },
      { phase: { state: 'succeeded', why: 'exit 0 and the final event, but 2 tool calls were denied' }, denied: 2 },
      ['conclude'],
    ],
    [
      'whose agent does not tell of every denial says that there may have been more',
      running,
      { ...exit, status: 0, turn: 'ended', denied: 2, deniesUntold: true },
      { phase: { state: 'succeeded', why: 'exit 0 and the final event, but at least 2 tool calls were denied' } },
      ['conclude'],
    ],
    [
      'that exits 0 without the final event has crashed',
      running,
      { ...exit, status: 0 },
      { phase: { state: 'backing-off', retryAt: NOW, why: 'exit 0 without the final event' }, fails: 1 },
      [],
    ],
    [
      'that exits 0 after a failed turn has crashed',
      running,
      { ...exit, status: 0, turn: 'failed' },
      { phase: { state: 'backing-off', why: 'exit 0, but the turn failed' } },
      [],
    ],
    [
      'whose agent was killed says by which signal',
      running,
      { ...exit, status: 137 },
      { phase: { state: 'backing-off', why: 'killed by signal 9' } },
      [],
    ],
    [
      'whose agent was not found has failed for good',
      running,
      { ...exit, status: 127 },
      { phase: { state: 'failed', why: 'exit 127' } },
      ['conclude'],
    ],
    [
      'without a login has failed for good, in the words of the agent',
      running,
      { ...exit, failure: { kind: 'auth', message: 'Please log in' } },
      { phase: { state: 'failed', why: 'Please log in' } },
      ['conclude'],
    ],
    [
      'at its usage limit waits for the reset and has not failed',
      running,
      limit(NOW + 60 * MINUTE),
      { phase: { state: 'rate-limited', until: NOW + 60 * MINUTE, why: 'limit' }, fails: 0 },
      ['keepScreen'],
    ],
    [
      'at a usage limit that is over by now waits a minute nonetheless',
      running,
      limit(NOW - 1),
      { phase: { state: 'rate-limited', until: NOW + MINUTE } },
      ['keepScreen'],
    ],
    [
      'at a usage limit that is too long gives up',
      running,
      limit(NOW + policy.rateWaitMaxMs + 1),
      { phase: { state: 'gave-up' } },
      ['conclude'],
    ],
    [
      'whose time has come is resumed',
      waits,
      { type: 'ticked' },
      { phase: { state: 'resuming' }, attempt: 3, tries: 3 },
      ['launch'],
    ],
    [
      'whose time has not come waits',
      { ...waits, phase: { state: 'backing-off', retryAt: NOW + 1, why: 'w' } },
      { type: 'ticked' },
      { phase: { state: 'backing-off', retryAt: NOW + 1 }, seq: 5, attempt: 2 },
      [],
    ],
    [
      'that waits with its budget spent gives up',
      { ...waits, phase: { state: 'backing-off', retryAt: NOW + MINUTE, why: 'w' }, spentMs: policy.budgetMs },
      { type: 'ticked' },
      { phase: { state: 'gave-up', why: 'the budget is spent' } },
      ['conclude'],
    ],
    [
      'is resumed at once when an operator says so, spent or not',
      {
        ...waits,
        phase: { state: 'rate-limited', until: NOW + MINUTE, why: 'w' },
        spentMs: policy.budgetMs,
        tries: policy.maxAttempts,
      },
      { type: 'retryRequested', by: 'me' },
      { phase: { state: 'resuming' }, attempt: 3 },
      ['launch'],
    ],
    [
      'after its last attempt gives up',
      { ...running, tries: policy.maxAttempts },
      exit,
      { phase: { state: 'gave-up', why: '12 attempts were made; last: exit 1' } },
      ['conclude'],
    ],
    [
      'that dies young again and again gives up',
      { ...running, fastDeaths: 3 },
      { ...exit, livedMs: 1000 },
      {
        phase: { state: 'gave-up', why: '4 lives in a row under 15 s: the set-up is broken; last: exit 1' },
        fastDeaths: 4,
      },
      ['conclude'],
    ],
    [
      'that lived longer than that is no fast death any more',
      { ...running, fastDeaths: 3 },
      exit,
      { phase: { state: 'backing-off' }, fastDeaths: 0 },
      [],
    ],
    [
      'that is dead for certain has failed once more',
      lost,
      { type: 'provedDead', attempt: 2, rebooted: false, livedMs: 5 * MINUTE },
      { phase: { state: 'backing-off', why: 'its runner was killed' }, fails: 1 },
      [],
    ],
    [
      'that a reboot ended has not failed and waits for nothing',
      { ...lost, fails: 3 },
      { type: 'provedDead', attempt: 2, rebooted: true, livedMs: 0 },
      { phase: { state: 'backing-off', retryAt: NOW }, fails: 3, fastDeaths: 0 },
      [],
    ],
    [
      'that is retried after its end begins to count anew, but for the attempts',
      taskIn({ state: 'gave-up', why: 'w' }, { attempt: 12, tries: 12, fails: 5, spentMs: 9, detached: true, run: 1 }),
      { type: 'retryRequested', by: 'me' },
      {
        phase: { state: 'pending' },
        attempt: 12,
        tries: 0,
        fails: 0,
        spentMs: 0,
        detached: false,
        run: 2,
      },
      [],
    ],
    [
      'that the death of its tmux server ended has not failed',
      { ...lost, phase: { state: 'lost', cause: 'tmux-server', why: 'the tmux server died' } },
      { type: 'provedDead', attempt: 2, rebooted: false, livedMs: 0 },
      { phase: { state: 'backing-off', retryAt: NOW }, fails: 0, fastDeaths: 0 },
      [],
    ],
    [
      'whose session was ended from outside is resumed',
      sessionKilled,
      { type: 'provedDead', attempt: 2, rebooted: false, livedMs: 5 * MINUTE },
      { phase: { state: 'backing-off', retryAt: NOW }, sessionKilledAt: NOW },
      [],
    ],
    [
      'whose session was ended twice in a minute gives up: somebody means it',
      { ...sessionKilled, sessionKilledAt: NOW - policy.sessionKillsWithinMs + 1 },
      { type: 'provedDead', attempt: 2, rebooted: false, livedMs: 5 * MINUTE },
      { phase: { state: 'gave-up' } },
      ['conclude'],
    ],
  ])('%s', (_, task, happening, expected, orders) => {
    const [next, ...given] = step(task, happening, NOW, policy);
    expect(next).toMatchObject(expected);
    expect(given.map((order) => order.do)).toEqual(orders);
  });
});
