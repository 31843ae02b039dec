import { describe, expect, test } from 'vitest';
import { isAlive, killed, processesWith } from './processes.ts';
import { holdfast, kindsOf, pidOf } from './rig.ts';
import { until } from './until.ts';

const settings = { resume: { baseMinutes: 0 } };
const script = ['@run echo one >> log', '@touch ready', '@wait go', '@run echo two >> log'];

describe('when the daemon is killed in the middle of a turn', () => {
  test('and the agent dies meanwhile, the next command starts a daemon and the task goes on', async () => {
    const hf = holdfast({ settings });
    const task = await hf.start('both', script);
    await hf.sees('ready');
    await hf.killDaemon();
    await killed(await pidOf(task, 1, 'agent'));
    const { code, stderr } = await hf.cli('list');
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('started the daemon') });
    await pidOf(task, 2, 'agent');
    hf.touch('go');
    const done = await hf.end('both');
    expect(done).toMatchObject({ state: 'succeeded', conversation: task.conversation });
    expect(kindsOf(done)).toEqual(['fresh', 'resume']);
    expect(hf.text('log')).toBe('one\ntwo\n');
  });

  test('and the agent finishes meanwhile, the task has succeeded without another attempt', async () => {
    const hf = holdfast({ settings });
    const task = await hf.start('finished', script);
    await hf.sees('ready');
    const runner = await pidOf(task, 1, 'runner');
    await hf.killDaemon();
    hf.touch('go');
    await until(() => !isAlive(runner));
    expect(await hf.end('finished')).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(hf.text('log')).toBe('one\ntwo\n');
  });

  test('a command that waits goes on waiting for its return', async () => {
    const hf = holdfast({ settings });
    await hf.start('waited', script);
    await hf.sees('ready');
    const waiting = hf.cli('wait', 'waited');
    await until(() => processesWith(hf.home).some(({ text }) => text.includes('holdfast.js wait')));
    await hf.killDaemon();
    await hf.cli('list');
    hf.touch('go');
    expect(await waiting).toMatchObject({ code: 0, stdout: expect.stringContaining('waited succeeded') });
  });
});

describe('when the daemon is stopped and started again', () => {
  test.each([
    ['stop and start', ['stop', 'start']],
    ['restart', ['restart']],
  ])('(%s) agents go on, and are watched again without another attempt', async (_, actions) => {
    const hf = holdfast({ settings });
    const task = await hf.start('calm', script);
    await hf.sees('ready');
    const agent = await pidOf(task, 1, 'agent');
    const before = await hf.daemonPid();
    for (const action of actions) {
      expect((await hf.cli('daemon', action)).code).toBe(0);
      expect(isAlive(agent)).toBe(true);
    }
    expect(isAlive(before)).toBe(false);
    expect(await hf.task('calm')).toMatchObject({ state: 'running', attempt: 1 });
    hf.touch('go');
    expect(await hf.end('calm')).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(hf.text('log')).toBe('one\ntwo\n');
  });
});

describe('a daemon', () => {
  test('is started exactly once by eight commands at the same time', async () => {
    const hf = holdfast();
    const all = await Promise.all(Array.from({ length: 8 }, () => hf.cli('list', '--json')));
    expect(all.map(({ code }) => code)).toEqual(all.map(() => 0));
    const daemons = () => processesWith(hf.home).filter(({ text }) => text.includes('/dist/daemon/main.js'));
    await until(() => daemons().length === 1);
    expect(daemons()[0]?.pid).toBe(await hf.daemonPid());
    expect(hf.log().match(/"event":"listening"/g)).toHaveLength(1);
  });

  test('that comes second ends with 75 and leaves the first alone', async () => {
    const hf = holdfast();
    await hf.cli('daemon', 'start');
    const first = await hf.daemonPid();
    const second = await hf.cli('daemon', 'run');
    expect(second.code).toBe(75);
    expect(second.stderr).toContain(`another daemon (pid ${first}`);
    expect(await hf.daemonPid()).toBe(first);
  });

  test.each([
    ['inside OpenClaw', { OPENCLAW_SHELL: '1' }, ['list'], 'holdfast daemon start'],
    ['where the line says so', {}, ['list', '--no-start-daemon'], 'not running'],
    ['where the environment says so', { HOLDFAST_NO_START_DAEMON: '1' }, ['list'], 'not running'],
  ])('is not started %s: exit 69', async (_, env, words, says) => {
    const hf = holdfast();
    const { code, stderr } = await hf.begin({ env }, ...words);
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 69, lines: 1 });
    expect(stderr).toContain(says);
    expect(processesWith(hf.home)).toEqual([]);
  });

  test('is not started where the settings say so: exit 69', async () => {
    const hf = holdfast({ settings: { startDaemon: false } });
    expect(await hf.cli('list')).toMatchObject({ code: 69 });
    expect(processesWith(hf.home)).toEqual([]);
  });

  test('tells whether it runs: exit 0 if so, 3 if not', async () => {
    const hf = holdfast();
    expect((await hf.cli('daemon', 'status')).code).toBe(3);
    await hf.cli('daemon', 'start');
    expect((await hf.cli('daemon', 'status')).code).toBe(0);
    await hf.cli('daemon', 'stop');
    expect((await hf.cli('daemon', 'status')).code).toBe(3);
  });
});
