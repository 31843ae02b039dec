import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { readAnswer } from '../../src/protocol/answer.ts';
import type { TaskDetail } from '../../src/protocol/methods.ts';
import { type Holdfast, holdfast, markedBy } from './rig.ts';
import { until } from './until.ts';

const agentsOf = (task: TaskDetail) => markedBy(task).filter(({ text }) => text.includes('/dist/demo/main.js'));

test('ten commands that stop and retry one task at once leave one agent at most, and then none', async () => {
  const hf = holdfast({ settings: { resume: { baseMinutes: 0 } } });
  const task = await hf.start('wanted', ['@run echo begun >> log', '@touch ready', '@wait go']);
  await hf.sees('ready');
  const hands = Array.from({ length: 10 }, (_, n) => hf.cli(n % 2 ? 'retry' : 'stop', 'wanted'));
  for (const { code, stderr } of await Promise.all(hands))
    expect([code, stderr]).toEqual(
      expect.toBeOneOf([
        [0, ''],
        [4, expect.stringMatching(/^holdfast: wanted .+\n$/)],
      ]),
    );

  expect(agentsOf(task).length).toBeLessThanOrEqual(1);
  expect((await hf.cli('stop', 'wanted', '--grace', '1s')).code).toBe(0);
  expect(await hf.task('wanted')).toMatchObject({ state: 'cancelled' });
  await until(() => markedBy(task).length === 0);
  const entries = [...hf.conversations().values()];
  expect(entries).toHaveLength(1);
  expect(hf.text('log')).toBe('begun\n');
});

/** Asks all this of one task in one write: each is begun before any has come to its end. The exit code and the sentence of each. */
async function atOnce(hf: Holdfast, task: string, ...wishes: readonly ('stop' | 'retry')[]): Promise<unknown[]> {
  const { socket: path } = (await hf.json('daemon', 'status')) as { readonly socket: string }; // docs/json.md
  const socket = createConnection(path);
  const requests = wishes.map((method, id) => ({ jsonrpc: '2.0', id, method, params: { task } }));
  socket.write(requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  const told: unknown[] = [];
  let answers = 0;
  for await (const line of createInterface({ input: socket })) {
    const answer = readAnswer(line) ?? expect.fail(line);
    told[Number(answer.id)] = 'error' in answer ? [answer.error.exitCode, answer.error.message] : 'did it';
    if (++answers === wishes.length) break;
  }
  socket.destroy();
  return told;
}

test('of two that want something else of one task, or the same, in one moment, one does it and the other is told', async () => {
  const hf = holdfast();
  const task = await hf.start('wanted', ['@run echo begun >> log', '@touch ready', '@wait go']);
  await hf.sees('ready');
  const tooEarly = [4, expect.stringMatching(/^wanted is (running|stopping): only an ended or a waiting task can be/)];
  expect(await atOnce(hf, 'wanted', 'stop', 'retry', 'stop', 'retry')).toEqual([
    'did it',
    tooEarly,
    'did it',
    tooEarly,
  ]);
  expect(await hf.task('wanted')).toMatchObject({ state: 'cancelled', attempt: 1 });

  const tooLate = [
    4,
    'wanted was cancelled and is pending now: another hand was faster; look at it with: holdfast show wanted',
  ];
  const told = await atOnce(hf, 'wanted', 'retry', 'retry', 'retry');
  expect(told.filter((each) => each !== 'did it')).toEqual([tooLate, tooLate]);
  await until(() => agentsOf(task).length > 0);
  expect(agentsOf(task)).toHaveLength(1);
  hf.touch('go');
  expect((await hf.end('wanted')).state).toBe('succeeded');
  expect(hf.text('log')).toBe('begun\n');
});
