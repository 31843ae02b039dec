import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { detail, type FakeDaemon, fakeDaemon, row } from '../protocol/fake-daemon.ts';
import { holdfast, type Shell } from './shell.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await fakeDaemon(() => ({}));
});
afterEach(() => daemon.close());

const run = (line: string, shell: Shell = {}) =>
  holdfast(line.split(' '), { ...shell, env: { HOLDFAST_STATE_DIR: daemon.dir } });

test('notify check says where there is no notifier, and prints no empty line', async () => {
  await daemon.close();
  daemon = await fakeDaemon(() => ({ notifiers: [] }), daemon.dir);
  expect(await run('notify check')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'holdfast: the settings name no notifier: see docs/notices.md\n',
  });
});

describe('a list of nothing', () => {
  const given = async (...tasks: unknown[]) => {
    await daemon.close();
    const isAll = (params: object) => Object.keys(params).length === 0;
    daemon = await fakeDaemon(({ params }) => ({ tasks: isAll(params) ? tasks : [] }), daemon.dir);
  };

  test.each([
    [
      'says how many there are where the filters fit none',
      'list --label x',
      [row(), row()],
      /: none of 2 tasks matches$/m,
    ],
    ['says how one is started where there is none', 'list --label x', [], /: no tasks\. Start one with/],
    ['says so too where nothing was filtered', 'list', [], /: no tasks\. Start one with/],
  ])('%s', async (_, line, tasks, sentence) => {
    await given(...tasks);
    expect(await run(line)).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(sentence) });
  });
});

describe('of a task that is over, and whose session is closed,', () => {
  beforeEach(async () => {
    await daemon.close();
    const task = detail({ state: 'cancelled', sessionGone: true });
    daemon = await fakeDaemon(() => ({ task }), daemon.dir);
  });

  test('attach says what can still be done, on a terminal or not', async () => {
    const sentence =
      'fix-login is over (cancelled): holdfast logs fix-login shows what it did, holdfast retry fix-login --prompt TEXT goes on';
    for (const tty of [true, false])
      expect(await run('attach x', { tty })).toEqual({ code: 4, stdout: '', stderr: `holdfast: ${sentence}\n` });
  });

  test('show names no way to watch it', async () => {
    expect((await run('show x')).stdout).not.toContain('attach');
  });
});
