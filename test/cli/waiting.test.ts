import { expect, test } from 'vitest';
import { exitCode, waitFor } from '../../src/cli/waiting.ts';

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
  ['any: none that is lost just now', true, [{ state: 'lost' }, { state: 'succeeded' }], 0],
  ['any: none that asks or died before', true, [{ state: 'waiting-input', exitStatus: 137 }, { state: 'failed' }], 1],
  ['a timeout', false, [{ state: 'running' }, { state: 'succeeded' }], 124],
  ['a timeout of one beside one that is lost', false, [{ state: 'running' }, { state: 'lost' }], 126],
])('waiting for %s', (_, over, tasks, code) => {
  expect(exitCode({ over, tasks })).toBe(code);
});

test('with --any only what is over is told of as such', async () => {
  const tasks = [
    { name: 'gone', state: 'lost' },
    { name: 'done', state: 'succeeded' },
  ].map((task) => ({ ...task, summary: '', attempt: 1 }));
  const told: string[] = [];
  const output = { json: false, print: (line: string) => told.push(line), paint: (_: string, text: string) => text };
  const returnedDaemon = async () => ({ call: async () => ({ over: true, tasks }) });
  const context = { output, returnedDaemon } as unknown as Parameters<typeof waitFor>[1]; // all that waiting uses of it
  expect(await waitFor({ tasks: ['gone', 'done'], any: true }, context)).toBe(0);
  expect(told).toEqual([expect.stringContaining('done succeeded')]);
});
