import { expect, test } from 'vitest';
import { clockJumps } from '../../src/daemon/clock-jumps.ts';

const HOUR = 3_600_000;

test.each([
  ['time that passes', HOUR, HOUR, undefined],
  ['a second that is slewed away', 5000, 4000, undefined],
  ['a clock set forward, or a machine that slept', 8 * HOUR + 5000, 5000, 9 * HOUR + 5000],
  ['a clock set back', 5000 - HOUR, 5000, 5000],
])('%s', (_, wallMs, steadyMs, expected) => {
  let [wall, steady] = [HOUR, 0];
  const jump = clockJumps(
    () => wall,
    () => steady,
  );
  expect(jump()).toBeUndefined();
  wall += wallMs;
  steady += steadyMs;
  expect(jump()).toBe(expected);
  wall += 5000;
  steady += 5000;
  expect(jump()).toBe(expected);
});

test.each([
  ['nobody has set', { apartMs: HOUR }, undefined],
  ['was set in the time of none', { apartMs: -7 * HOUR }, HOUR],
  ['was set in the time of an earlier daemon', { apartMs: HOUR, setAt: HOUR / 2 }, HOUR / 2],
  ['was set in the time of an earlier daemon and in that of none', { apartMs: 2 * HOUR, setAt: HOUR / 2 }, HOUR],
])('a clock that %s', (_, known, expected) => {
  const told: unknown[] = [];
  const jump = clockJumps(
    () => HOUR,
    () => 0,
    known,
    (record) => told.push(record),
  );
  expect(jump()).toBe(expected);
  expect(jump()).toBe(expected);
  expect(told).toEqual(expected === HOUR ? [{ apartMs: HOUR, setAt: HOUR }] : []);
});
