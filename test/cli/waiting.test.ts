import { expect, test } from 'vitest';
import { exitCode } from '../../src/cli/waiting.ts';

type Tasks = Parameters<typeof exitCode>[0]['tasks'];

test.each<[string, boolean, Tasks, number]>([
  ['one that succeeded', true, [{ state: 'succeeded', exitStatus: 0 }], 0],
  ['one that failed', true, [{ state: 'failed', exitStatus: 7 }], 7],
  [
    'several: the highest',
    true,
    [{ state: 'failed', exitStatus: 7 }, { state: 'gave-up' }, { state: 'succeeded' }],
    125,
  ],
  ['any: only those that are over', true, [{ state: 'running' }, { state: 'succeeded' }], 0],
  ['a timeout', false, [{ state: 'running' }, { state: 'succeeded' }], 124],
  ['a timeout of one beside one that is lost', false, [{ state: 'running' }, { state: 'lost' }], 126],
])('waiting for %s', (_, over, tasks, code) => {
  expect(exitCode({ over, tasks })).toBe(code);
});
