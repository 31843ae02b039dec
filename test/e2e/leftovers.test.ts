import { spawn } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import type { TaskDetail } from '../../src/protocol/methods.ts';
import { isAlive } from './processes.ts';
import { holdfast, markedBy, pidOf } from './rig.ts';
import { until } from './until.ts';

const settings = { tickSeconds: 0.2, resume: { maxAttempts: 1 }, silence: { lingerSeconds: 1 } };

/** Starts a program that outlives the agent, in a session of its own, as agents start their tools. */
const tool = (file: string): string => `@fork echo $$ > ${file}; exec sleep 300`;

describe('what an agent started and left alive', () => {
  const hf = holdfast({ settings, ends: afterAll });
  /** Runs a task to its end; the pid of its tool. */
  const run = async (name: string, ...script: string[]): Promise<{ task: TaskDetail; pid: number }> => {
    await hf.start(name, [tool(name), `@wait ${name}.go`, ...script]);
    const pid = await until(() => hf.text(name).endsWith('\n') && Number(hf.text(name)));
    hf.touch(`${name}.go`);
    return { task: await hf.end(name), pid };
  };

  test.each([
    ['failed', '@fail auth'],
    ['gave-up', '@die SIGKILL'],
  ])('is ended where the task %s', async (state, ...script) => {
    const { task, pid } = await run(state, ...script);
    expect(task.state).toBe(state);
    await until(() => markedBy(task).length === 0);
    expect(isAlive(pid)).toBe(false);
  });

  test('is spared where the task succeeded, until it is stopped', async () => {
    const { task, pid } = await run('server');
    expect(task.state).toBe('succeeded');
    await hf.killDaemon();
    await hf.list();
    await hf.start('later', [tool('later')]);
    await hf.end('later');
    expect(isAlive(pid)).toBe(true);
    await hf.json('stop', 'server');
    expect(isAlive(pid)).toBe(false);
    expect(hf.tmux('has-session', '-t', `=${task.session}`).code).not.toBe(0);
    expect((await hf.task('server')).state).toBe('succeeded');
  });

  test.each([
    ['stop', 'stayed'],
    ['prune', 'stayed-too'],
  ])('is spared where the agent stayed after its success and was ended, until the %s', async (command, name) => {
    const { task, pid } = await run(name, '@final-then-hang');
    expect([task.state, task.summary]).toEqual([
      'succeeded',
      expect.stringContaining('its process stayed and was ended'),
    ]);
    expect(isAlive(await pidOf(task, 1, 'agent'))).toBe(false);
    expect(markedBy(task).map((each) => each.pid)).toEqual([pid]);
    await hf.json(command, name);
    expect(isAlive(pid)).toBe(false);
  });

  test('is ended with the task’s files when a success is forgotten, and nothing of another task', async () => {
    const [one, other] = [await run('forgotten'), await run('kept')];
    await hf.json('prune', 'forgotten');
    expect([one, other].map(({ pid }) => isAlive(pid))).toEqual([false, true]);
  });

  test('is ended by the next daemon where one died before it had done so', async () => {
    const { task } = await run('before', '@fail auth');
    await hf.killDaemon();
    const env = { PATH: hf.env.PATH, HOLDFAST_MARK: `${task.id}:1` };
    const left = spawn('sleep', ['300'], { env, stdio: 'ignore', detached: true });
    await until(() => markedBy(task).some(({ pid }) => pid === left.pid)); // the tool beside it, where the daemon died so early
    await hf.list();
    await until(() => markedBy(task).length === 0);
    expect(left.pid).toBeGreaterThan(0);
  });
});

test('what a task left alive is ended when it is stopped between two attempts', async () => {
  const hf = holdfast({ settings: { tickSeconds: 0.2, resume: { baseMinutes: 60 } } });
  await hf.start('waits', ['@once @die SIGKILL', tool('waits'), '@wait go', '@die SIGKILL']);
  const pid = await until(() => hf.text('waits').endsWith('\n') && Number(hf.text('waits')));
  hf.touch('go');
  await until(async () => (await hf.task('waits')).state === 'backing-off');
  expect(isAlive(pid)).toBe(true);
  await hf.json('stop', 'waits');
  expect((await hf.task('waits')).state).toBe('cancelled');
  expect(isAlive(pid)).toBe(false);
});

test('an agent that outlives its budget is left alive, with its tools, by each daemon', async () => {
  const hf = holdfast({ settings: { tickSeconds: 0.2, resume: { budgetMinutes: 0.01 } } });
  const task = await hf.start('healthy', [tool('healthy'), '@wait go']);
  const agent = await pidOf(task, 1, 'agent');
  const pid = await until(() => hf.text('healthy').endsWith('\n') && Number(hf.text('healthy')));
  await until(async () => (await hf.task('healthy')).summary.includes('budget spent, left alone'));
  await hf.killDaemon();
  await until(async () => (await hf.task('healthy')).state === 'running');
  expect([agent, pid].map(isAlive)).toEqual([true, true]);
  hf.touch('go');
  expect((await hf.end('healthy')).state).toBe('succeeded');
});
