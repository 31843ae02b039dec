import { expect, test } from 'vitest';
import { requestRate } from '../../src/daemon/request-rate.ts';

test.each<[string, readonly number[], readonly number[]]>([
  ['as many as there is room for: at once', [0, 0, 0], [0, 0, 0]],
  ['more: when their second comes', [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1000, 1000, 1000, 2000]],
  ['one after the other, each when the last is through', [0, 1, 2, 3, 1000, 1001, 1002], [0, 0, 0, 997, 0, 0, 998]],
  ['after a rest: at once, whatever was before', [0, 0, 0, 0, 5000, 5000, 5000, 5000], [0, 0, 0, 1000, 0, 0, 0, 1000]],
  ['the second begins with the first request', [700, 1500, 1600, 1600, 1800], [0, 0, 0, 100, 0]],
  ['part of a millisecond: none comes too soon', [0.5, 0.5, 0.5, 0.75], [0, 0, 0, 1000]],
  ['after a full second that is over: at once', [0, 0, 0, 1500, 1500], [0, 0, 0, 0, 0]],
  ['a timer that was early by a little: what is left', [0, 0, 0, 0, 999.9, 999.9, 999.9], [0, 0, 0, 1000, 1, 1, 1001]],
])('three in a second: %s', (_, times, waits) => {
  let at = 0;
  const next = requestRate({ most: 3, everyMs: 1000 }, () => at);
  expect(
    times.map((time) => {
      at = time;
      return next();
    }),
  ).toEqual(waits);
});
