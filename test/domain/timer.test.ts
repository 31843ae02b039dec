import { expect, test } from 'vitest';
import { LONGEST_TIMER_MS, timerMs } from '../../src/domain/timer.ts';

const DAY = 86_400_000;

test.each([
  ['nothing', 0, 0],
  ['what has passed', -5, 0],
  ['a second', 1000, 1000],
  ['24 days', 24 * DAY, 24 * DAY],
  ['the longest', LONGEST_TIMER_MS, LONGEST_TIMER_MS],
  ['one more', LONGEST_TIMER_MS + 1, LONGEST_TIMER_MS],
  ['30 days', 30 * DAY, LONGEST_TIMER_MS],
  ['year 292278', 8.64e15, LONGEST_TIMER_MS],
  ['for ever', Number.POSITIVE_INFINITY, LONGEST_TIMER_MS],
  ['no number', Number.NaN, LONGEST_TIMER_MS],
])('a timer that shall wait for %s (%d ms) is told to wait for %d ms', (_, ms, told) => {
  expect(timerMs(ms)).toBe(told);
});
