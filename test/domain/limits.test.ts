import { describe, expect, test } from 'vitest';
import { type Drawer, goesOnNow, mayResume } from '../../src/domain/limits.ts';
import { newTask, type Task } from '../../src/domain/task.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const draws = (task: Task, agent = 'codex'): Drawer => ({ agent, task });
const limited = (until: number, limitedAt = NOW - 60 * MINUTE): Task => ({
  ...newTask(NOW - 90 * MINUTE),
  limitedAt,
  phase: { state: 'rate-limited', until, why: 'usage limit' },
});
const resumed = (bornAt: number): Task => ({ ...limited(NOW), bornAt, phase: { state: 'running' } });

describe('of all tasks that wait for the same quota', () => {
  const mine = limited(NOW - 1000);

  test.each<[string, readonly Drawer[], boolean]>([
    ['the only one goes', [], true],
    ['the one that waited for the earlier reset goes first', [draws(limited(NOW - 2000))], false],
    ['one goes before those whose time has not come', [draws(limited(NOW + MINUTE, NOW - 61 * MINUTE))], true],
    ['none goes while the first has just begun', [draws(resumed(NOW - 10_000))], false],
    ['the next goes when the first has worked for half a minute', [draws(resumed(NOW - 31_000))], true],
    ['none goes when the first has met the limit again', [draws(limited(NOW + 60 * MINUTE, NOW - MINUTE))], false],
    ['another agent has a quota of its own', [draws(resumed(NOW - 10_000), 'claude')], true],
  ])('%s', (_, others, expected) => {
    expect(mayResume(draws(mine), [...others, draws(mine)], NOW)).toBe(expected);
  });

  test('two with the same reset do not go together', () => {
    const twin = limited(NOW - 1000);
    const all = [draws(mine), draws(twin)];
    expect([mayResume(draws(mine), all, NOW), mayResume(draws(twin), all, NOW)]).toEqual([true, false]);
  });
});

describe('a place is kept for', () => {
  const backingOff = (retryAt: number): Task => ({
    ...newTask(NOW),
    phase: { state: 'backing-off', retryAt, why: '' },
  });

  test.each([
    ['a task whose back-off is over', backingOff(NOW), true],
    ['no task that has still to wait', backingOff(NOW + 1), false],
    ['no task that has not begun', newTask(NOW), false],
    ['no task that waits for a reset: others share its quota', limited(NOW - 1000), false],
  ])('%s', (_, task, expected) => {
    expect(goesOnNow(task, NOW)).toBe(expected);
  });
});
