import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { verbs } from '../../../src/cli/fast-path.ts';
import { ask } from '../../../src/cli/quick/ask.ts';
import { complete } from '../../../src/cli/quick/complete.ts';
import { tell } from '../../../src/cli/quick/tell.ts';
import { pages } from '../../../src/cli/reference/pages.ts';
import { topicNames } from '../../../src/cli/topics/index.ts';
import { type FakeDaemon, fakeDaemon, Refused, row } from '../../protocol/fake-daemon.ts';
import { holdfast } from '../shell.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await fakeDaemon(({ method, params }) => {
    if (params.task === 'nobody') return new Refused(3, 'there is no task "nobody"');
    const task = row({ name: 'fix-login' });
    return method === 'list' ? { tasks: [task] } : { task, looked: [], signals: [], history: [] };
  });
});
afterEach(() => daemon.close());

const { table } = await pages('1.2.3');

/** What the quick way says to a line; all of it stands beside `code`. */
async function quickly(
  line: readonly string[],
  way: 'ask' | 'complete' | 'tell',
  env: Record<string, string> = { HOLDFAST_STATE_DIR: daemon.dir },
) {
  let stdout = '';
  let stderr = '';
  const around = {
    env,
    stdin: process.stdin,
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    cwd: () => '/work',
  };
  const code = await { ask, complete, tell }[way](line, around, () => table);
  return { code, stdout, stderr };
}

const nothing = { code: undefined, stdout: '', stderr: '' };

test.each(['__complete show ', '__complete start codex x --per', '__complete help ', '__complete list --state '])(
  'completion from the written table says what the whole program says to "%s"',
  async (line) => {
    const said = await quickly(line.split(' '), 'complete');
    expect(said).toMatchObject({ code: 0, stdout: expect.stringMatching(/./), stderr: '' });
    expect(said).toEqual(await holdfast(line.split(' '), { env: { HOLDFAST_STATE_DIR: daemon.dir } }));
  },
);

test('a daemon that stands still keeps a shell for 400 ms, both of its questions together', async () => {
  const still = await fakeDaemon(() => undefined);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  onTestFinished(() => still.close());
  onTestFinished(() => void vi.useRealTimers());
  const env = { HOLDFAST_STATE_DIR: still.dir };
  const line = ['__complete', 'show', ''];
  const began = Date.now();
  const both = quickly(line, 'ask', env).then(async (first) => [first, await quickly(line, 'complete', env)]);
  let over = false;
  void both.finally(() => {
    over = true;
  });
  while (!over) {
    if (vi.getTimerCount() > 0) vi.advanceTimersToNextTimer();
    await setImmediate();
  }
  expect(await both).toEqual([nothing, { ...nothing, code: 0 }]);
  expect(Date.now() - began).toBe(400);
});

describe('help from the written table says what the whole program says', () => {
  test.each([
    '--help',
    'help',
    'help ls',
    '--json list -h',
    ...Object.keys(verbs).map((verb) => `${verb} --help`),
    ...topicNames.map((topic) => `help ${topic}`),
  ])('to "%s"', async (line) => {
    const said = await quickly(line.split(' '), 'tell');
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(said.stdout).not.toBe('');
    expect(said).toEqual(await holdfast(line.split(' '), { env: { HOLDFAST_STATE_DIR: daemon.dir } }));
  });

  test.each(['help nonsense', 'nonsense --help', 'send fix-login -- --help', 'list'])(
    'and leaves "%s" to it',
    async (line) => {
      expect(await quickly(line.split(' '), 'tell')).toEqual(nothing);
    },
  );
});
