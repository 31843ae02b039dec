import { describe, expect, test } from 'vitest';
import { step } from '../../src/domain/machine.ts';
import type { Task } from '../../src/domain/task.ts';
import { MINUTE, NOW, policy, taskIn } from './samples.ts';

describe('a task that cannot be launched just now, again and again,', () => {
  const locked = { type: 'launchFailed', attempt: 2, permanent: false, why: 'database is locked' } as const;
  const dead = { type: 'provedDead', attempt: 2, rebooted: false, livedMs: 0 } as const;
  const fails = (task: Task) => step(step(task, locked, NOW, policy)[0], dead, NOW, policy)[0];

  test('is tried again at growing distances, and nothing is held against its agent', () => {
    const waits = [0, 1, 2, 3].map((before) => {
      const { phase, ...next } = fails(
        taskIn({ state: 'resuming', claimBy: NOW + MINUTE }, { fails: before, fastDeaths: 3, sameDeaths: 2 }),
      );
      expect(phase).toMatchObject({ state: 'backing-off', why: 'database is locked' });
      expect(next).toMatchObject({ fails: before + 1, fastDeaths: 0, sameDeaths: 0 });
      expect(next).not.toHaveProperty('circle');
      return 'retryAt' in phase ? phase.retryAt - NOW : Number.NaN;
    });
    expect(waits[0]).toBe(0);
    expect(waits[1]).toBeGreaterThan(2 * MINUTE);
    expect(waits[2]).toBeGreaterThan(4 * MINUTE);
    expect(waits[3]).toBeGreaterThan(9 * MINUTE);
  });

  test('is given up with what failed', () => {
    const last = taskIn({ state: 'resuming', claimBy: NOW + MINUTE }, { tries: policy.maxAttempts });
    expect(fails(last).phase).toEqual({ state: 'gave-up', why: '12 attempts were made; last: database is locked' });
  });
});
