import { expect, test } from 'vitest';
import { forTask } from '../../src/protocol/exit-codes.ts';

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
