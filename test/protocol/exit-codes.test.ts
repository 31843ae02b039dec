import { expect, test } from 'vitest';
import { EXIT, forTask } from '../../src/protocol/exit-codes.ts';

test.each([
  ['succeeded', 0, 0],
  ['succeeded', undefined, 0],
  ['succeeded', 137, 0], // that was the attempt before
  ['failed', 7, 7],
  ['failed', 137, 123],
  ['failed', 0, 1],
  ['failed', undefined, 1],
  ['gave-up', 0, 125],
  ['lost', 1, 126],
  ['cancelled', 143, 130],
  ['running', undefined, 124],
])('a task that is %s with status %s exits with %d', (state, exitStatus, code) => {
  expect(forTask({ state, exitStatus })).toBe(code);
});

test('the numbers are what scripts were written against', () => {
  expect(EXIT).toEqual({
    ok: 0,
    error: 1,
    usage: 2,
    noSuchTask: 3,
    wrongState: 4,
    nameTaken: 5,
    badPrompt: 65,
    noInput: 66,
    unavailable: 69,
    noTmux: 72,
    cannotWrite: 73,
    tryAgain: 75,
    notAllowed: 77,
    badSettings: 78,
    timeout: 124,
    gaveUp: 125,
    lost: 126,
    noAgent: 127,
    cancelled: 130,
  });
});
