import { describe, expect, test } from 'vitest';
import { examined, type Health, isLookDue, type ProcessTree } from '../../src/domain/health.ts';

const MINUTE = 60_000;
const START = 1_800_000_000_000;
const tree = (cpuMs: number, tools = 0): ProcessTree => ({ processes: 1, tools, cpuMs });

describe('a look at a silent attempt is due', () => {
  const marks = [10 * MINUTE];

  test.each([
    [2, undefined, false],
    [3, undefined, true],
    [5, 3, false],
    [6, 3, true],
    [9, 6, false],
    [10, 6, true],
    [11, 10, false],
    [12, 10, true],
    [23, 12, false],
    [24, 12, true],
  ])('after %d min, looked at after %s: %s', (silent, looked, due) => {
    const lookedAt = looked === undefined ? undefined : START + looked * MINUTE;
    expect(isLookDue(START, START + silent * MINUTE, lookedAt, marks)).toBe(due);
  });

  test('not where the clock was set back', () => {
    expect(isLookDue(START, START - 60 * MINUTE, undefined, marks)).toBe(false);
  });
});

describe('an attempt is idle', () => {
  const first = examined(undefined, { tree: tree(500) }, START);

  test.each([
    ['since the first look, where it has used nothing since', tree(500), START],
    ['in spite of an event loop that wakes up now and then', tree(500 + 0.0029 * MINUTE), START],
    ['not, where it has worked', tree(500 + 0.011 * MINUTE), START + MINUTE],
    ['not, while a tool lives', tree(500, 1), START + MINUTE],
  ])('%s', (_, later, idleSince) => {
    expect(examined(first, { tree: later }, START + MINUTE)).toMatchObject({ looks: 2, idleSince });
  });

  test.each([
    [0.011, START],
    [0.028, START + MINUTE],
  ])('by its own measure, where it is known to be restless: %d of a processor', (share, idleSince) => {
    expect(examined(first, { tree: tree(500 + share * MINUTE) }, START + MINUTE, 0.02)).toMatchObject({ idleSince });
  });
});

describe('what a screen is read as', () => {
  const asks = { means: 'asks', rows: 'Proceed?' } as const;
  const idle = { means: 'idle', rows: '>' } as const;

  test.each([
    ['once, at the first look', [asks], 1],
    ['twice, where two looks in a row read the same', [asks, asks], 2],
    ['once, where the look before read something else', [asks, idle, asks], 1],
    ['once, where a look between read nothing', [asks, undefined, asks], 1],
    ['nothing, where the last look read nothing', [asks, asks, undefined], undefined],
  ])('counts %s', (_, readings, looks) => {
    const health = readings.reduce<Health | undefined>(
      (before, screen, at) => examined(before, { tree: tree(0), ...(screen ? { screen } : {}) }, at),
      undefined,
    );
    expect(health?.screen?.looks).toBe(looks);
  });
});
