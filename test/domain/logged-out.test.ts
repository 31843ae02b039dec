import { describe, expect, test } from 'vitest';
import type { Happening } from '../../src/domain/happening.ts';
import { step } from '../../src/domain/machine.ts';
import type { Phase } from '../../src/domain/task.ts';
import { NOW, policy, stopping, taskIn } from './samples.ts';

const why = 'its screen asks for a login';
const loggedOut: Happening = { type: 'loggedOut', attempt: 2, why };
const ending: Phase = { ...stopping(NOW + policy.killGraceMs, 'failed'), why, failure: 'auth' };

describe('a task whose program asks for a login', () => {
  test.each(['running', 'stalled'] as const)('and is %s is ended', (state) => {
    const [{ phase }, ...effects] = step(taskIn({ state }), loggedOut, NOW, policy);
    expect(phase).toEqual(ending);
    expect(effects).toEqual([{ do: 'terminate', attempt: 2 }]);
  });

  test.each<[string, Happening]>([
    ['by itself', { type: 'exited', attempt: 2, status: 0, livedMs: 1000, turn: 'none', denied: 0 }],
    ['without a word', { type: 'vanished', attempt: 2, cause: 'runner' }],
    ['not at all', { type: 'ticked' }],
  ])('has failed for that, also where it leaves %s', (_, leaving) => {
    const [left] = step(taskIn(ending), leaving, NOW + policy.killGraceMs, policy);
    const dead: Happening = { type: 'provedDead', attempt: 2, rebooted: false, livedMs: 1000 };
    const [{ phase }] = step(left, dead, NOW + policy.killGraceMs, policy);
    expect(phase).toEqual({ state: 'failed', why, failure: 'auth' });
  });
});
