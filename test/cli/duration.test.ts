import { describe, expect, test } from 'vitest';
import { formatAge, formatDuration, parseDuration } from '../../src/cli/duration.ts';

describe('a duration', () => {
  test.each([
    ['5h', 18_000_000],
    ['90m', 5_400_000],
    ['1h30m', 5_400_000],
    ['10s', 10_000],
    ['500ms', 500],
    ['1m500ms', 60_500],
    ['30d', 2_592_000_000],
    ['2h05m', 7_500_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text, '--budget')).toBe(ms);
  });

  test.each(['', '10', 'h', '5 h', '-5h', '1.5h', '5m1h', '5hours', '1e3s', ' 5h', '5h\n'])('%j is none', (text) => {
    expect(() => parseDuration(text, '--budget')).toThrow(/^--budget is .*: write a duration with its unit/);
  });

  test.each(['367d', '99999999999999999999h'])('of %s is too long', (text) => {
    expect(() => parseDuration(text, '--budget')).toThrow(/366d is the longest/);
  });

  test.each([
    [0, '0s'],
    [500, '500ms'],
    [1_000, '1s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [63_000, '1m03s'],
    [3_600_000, '1h'],
    [7_500_000, '2h05m'],
    [7_559_999, '2h05m'],
    [86_400_000, '1d'],
    [273_600_000, '3d04h'],
    [-5_000, '-5s'],
  ])('of %d ms reads %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test.each(['5h', '2h05m', '1m03s', '3d04h', '500ms', '0s'])('%s is written as it was read', (text) => {
    expect(formatDuration(parseDuration(text, 'x'))).toBe(text);
  });

  test('between two moments has whole seconds, and is never negative', () => {
    expect(formatAge(0, 61_999)).toBe('1m01s');
    expect(formatAge(1_000, 1_300)).toBe('0s');
    expect(formatAge(5_000, 0)).toBe('0s');
  });
});
