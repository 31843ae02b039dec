import { describe, expect, test } from 'vitest';
import { checkpointMs, defaultPolicy, resumeDelay } from '../../src/domain/policy.ts';

const MINUTE = 60_000;
const exact = { ...defaultPolicy, jitter: 0 };

describe('the wait before a resume', () => {
  test.each([
    [1, 0],
    [2, 3],
    [3, 6],
    [4, 12],
    [5, 24],
    [6, 48],
    [7, 48],
    [2000, 48],
  ])('after %i failures in a row is %i minutes', (fails, minutes) => {
    expect(resumeDelay(fails, exact, 'key')).toBe(minutes * MINUTE);
  });

  test('is spread over a fifth to both sides, and evenly', () => {
    const waits = Array.from({ length: 1000 }, (_, i) => resumeDelay(2, defaultPolicy, `key-${i}`) / MINUTE);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(2.4);
    expect(Math.max(...waits)).toBeLessThanOrEqual(3.6);
    for (const part of [0, 1, 2, 3]) {
      const from = 2.4 + part * 0.3;
      const here = waits.filter((wait) => wait >= from && wait < from + 0.3);
      expect(here.length).toBeGreaterThan(150);
    }
  });

  test('is the same for the same key, so that what was announced is what happens', () => {
    expect(resumeDelay(3, defaultPolicy, '1800000000000/7')).toBe(resumeDelay(3, defaultPolicy, '1800000000000/7'));
    expect(resumeDelay(3, defaultPolicy, '1800000000000/7')).not.toBe(resumeDelay(3, defaultPolicy, '1800000000000/8'));
  });
});

test.each([
  [10, 1],
  [100, 1],
  [300, 3],
  [1440, 14.4],
])('of a budget of %i minutes, each %f that were spent are written down', (budget, minutes) => {
  expect(checkpointMs({ ...defaultPolicy, budgetMs: budget * MINUTE })).toBe(minutes * MINUTE);
});
