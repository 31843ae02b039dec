import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { kill, processesWith } from './processes.ts';
import { fileOf, holdfast, kindsOf, markedBy, pidOf } from './rig.ts';
import { until } from './until.ts';

const quick = { resume: { baseMinutes: 0 } };
const working = (name: string): string[] => [`@touch ${name}.ready`, `@wait ${name}.go`, '@say over'];

describe('holdfast stop', () => {
  const hf = holdfast({ settings: quick, ends: afterAll });

  test('ends everything the task has started, whatever session it is in, and closes its own', async () => {
    await hf.start('tree', ['@fork sleep 300 & sleep 300', '@touch tree.ready', '@run sleep 300']);
    await hf.sees('tree.ready');
    const task = await hf.task('tree');
    expect(markedBy(task).length).toBeGreaterThanOrEqual(4);
    const done = await hf.cli('stop', 'tree');
    expect(done).toMatchObject({ code: 0, stdout: expect.stringMatching(/^tree cancelled {2}stopped by an operator/) });
    expect(markedBy(task)).toEqual([]);
    expect(hf.tmux('has-session', '-t', `=${task.session}`).code).toBe(1);
    expect(await hf.task('tree')).toMatchObject({ state: 'cancelled', attempt: 1 });
    expect(readFileSync(task.resultFile, 'utf8')).toMatch(/^# tree: cancelled\n/);
  });

  test('kills what does not hear it, after the grace', async () => {
    await hf.start('deaf', ['@ignore-term', ...working('deaf')]);
    await hf.sees('deaf.ready');
    const task = await hf.task('deaf');
    const began = Date.now();
    expect((await hf.cli('stop', 'deaf', '--grace', '300ms')).code).toBe(0);
    expect(Date.now() - began).toBeGreaterThanOrEqual(300);
    expect(markedBy(task)).toEqual([]);
    expect(await hf.task('deaf')).toMatchObject({ state: 'cancelled' });
  });

  test('says the same of a task that has ended, and closes its session', async () => {
    await hf.start('ended', ['@say hi']);
    const { session } = await hf.end('ended');
    expect(hf.tmux('has-session', '-t', `=${session}`).code).toBe(0);
    expect(await hf.cli('stop', 'ended')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('ended succeeded'),
    });
    expect(hf.tmux('has-session', '-t', `=${session}`).code).toBe(1);
  });

  test('frees the name', async () => {
    await hf.start('again', working('again'));
    expect((await hf.cli('stop', 'again')).code).toBe(0);
    const { id } = await hf.start('again', ['@say hi']);
    expect(await hf.end('again')).toMatchObject({ id, state: 'succeeded' });
  });
});

describe('holdfast retry', () => {
  const hf = holdfast({ settings: quick, ends: afterAll });

  test('continues an ended task in the same conversation', async () => {
    await hf.start('failed', ['@run echo one >> log', '@once @exit 64', '@run echo two >> log']);
    const before = await hf.end('failed');
    expect(before).toMatchObject({ state: 'failed', attempt: 1, exitStatus: 64 });
    expect((await hf.cli('retry', 'failed')).code).toBe(0);
    const after = await hf.end('failed');
    expect(after).toMatchObject({ id: before.id, state: 'succeeded', attempt: 2, conversation: before.conversation });
    expect(kindsOf(after)).toEqual(['fresh', 'resume']);
    expect(hf.text('log')).toBe('one\ntwo\n');
    expect(readFileSync(after.resultFile, 'utf8')).toMatch(/^# failed: succeeded\n/);
  });

  test('brings back a task that was stopped and whose session is closed', async () => {
    await hf.start('stopped', working('stopped'));
    await hf.sees('stopped.ready');
    await hf.cli('stop', 'stopped');
    await hf.cli('retry', 'stopped');
    hf.touch('stopped.go');
    expect(kindsOf(await hf.end('stopped'))).toEqual(['fresh', 'resume']);
  });

  test('does not wait out a back-off', async () => {
    const slow = holdfast({ settings: { resume: { baseMinutes: 60 } } });
    await slow.start('waits', ['@once @exit 1', '@once @exit 1', '@say over']);
    const waiting = async () => (await slow.list('--state', 'backing-off')).find(({ attempt }) => attempt === 2);
    expect(await until(waiting)).toMatchObject({ next: { what: 'resume' } });
    expect((await slow.cli('retry', 'waits')).code).toBe(0);
    expect(await slow.end('waits')).toMatchObject({ state: 'succeeded', attempt: 3 });
  });

  test('is refused where the task runs', async () => {
    await hf.start('runs', working('runs'));
    await hf.sees('runs.ready');
    const { code, stderr } = await hf.cli('retry', 'runs');
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining('runs is running') });
    expect((await hf.task('runs')).attempt).toBe(1);
  });
});

describe('holdfast wait', () => {
  const hf = holdfast({ settings: quick, ends: afterAll });

  test.each<[string, number, string, readonly string[], readonly string[]]>([
    ['0 where it succeeded', 0, 'well', ['@say hi'], []],
    ["the agent's own status where it failed", 64, 'own', ['@exit 64'], []],
    ['1 where the agent failed without a status of its own', 1, 'auth', ['@fail auth'], []],
    ['125 where it was given up', 125, 'hopeless', ['@exit 7'], ['--max-attempts', '1']],
  ])('exits with %s', async (_, code, name, script, flags) => {
    await hf.start(name, script, ...flags);
    expect(await hf.cli('wait', name)).toMatchObject({ code, stdout: expect.stringContaining(name) });
    const again = ['start', 'demo', `${name}-again`, `--prompt=${script.join('\n')}`, '--wait', ...flags];
    expect((await hf.cli(...again)).code).toBe(code);
  });

  test('exits with 124 where it is not over in time, and with 130 where it was stopped', async () => {
    await hf.start('long', working('long'));
    const late = await hf.cli('wait', 'long', '--timeout', '50ms');
    expect(late).toMatchObject({ code: 124, stderr: expect.stringContaining('still not over: long') });
    const waiting = hf.cli('wait', 'long');
    await hf.cli('stop', 'long');
    expect((await waiting).code).toBe(130);
  });

  test('waits for all, and with --any for one of them', async () => {
    for (const name of ['left', 'right']) await hf.start(name, working(name));
    const all = hf.cli('wait', 'left', 'right');
    const any = hf.cli('wait', 'left', 'right', '--any');
    hf.touch('right.go');
    expect(await any).toMatchObject({ code: 0, stdout: expect.stringMatching(/^right succeeded.*\n$/) });
    expect((await hf.task('left')).state).toBe('running');
    hf.touch('left.go');
    expect(await all).toMatchObject({ code: 0, stdout: expect.stringMatching(/left succeeded.*right succeeded/s) });
  });
});

describe('what a task did', () => {
  const hf = holdfast({ settings: quick, ends: afterAll });

  test('is followed by logs -f until the task is over', async () => {
    await hf.start('followed', ['@say first words', ...working('followed')]);
    const following = hf.cli('logs', 'followed', '-f');
    await until(() => processesWith(hf.home).some(({ text }) => text.includes('logs followed -f')));
    hf.touch('followed.go');
    const { code, stdout } = await following;
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/first words\n.*over\n.*turn ended\n$/s),
    });
    expect(stdout.match(/first words/g)).toHaveLength(1);
  });

  test('is followed by logs -f through a crash and a restart of the daemon', async () => {
    const task = await hf.start('crashing', ['@say first words', ...working('crashing')]);
    await hf.sees('crashing.ready');
    const following = hf.cli('logs', 'crashing', '-f');
    await until(() => processesWith(hf.home).some(({ text }) => text.includes('logs crashing -f')));
    await hf.killDaemon();
    kill(await pidOf(task, 1, 'agent'));
    await hf.cli('list');
    await pidOf(task, 2, 'agent');
    hf.touch('crashing.go');
    const { code, stdout } = await following;
    expect(code).toBe(0);
    expect(stdout.match(/first words/g)).toHaveLength(1);
    expect(stdout).toMatch(/── attempt 2 ──\n.*over\n.*turn ended\n$/s);
  });

  test('is told by logs --raw in the agent’s own lines, by --json in ours, by --attempt for one life', async () => {
    await hf.start('told', ['@say one', '@once @exit0-early', '@say two']);
    const task = await hf.end('told');
    const own = [1, 2].map((n) => readFileSync(fileOf(task, n, 'events.jsonl'), 'utf8'));
    expect((await hf.cli('logs', 'told', '--raw')).stdout).toBe(own.join(''));
    expect((await hf.cli('logs', 'told', '--raw', '--attempt', '2')).stdout).toBe(own[1]);
    const last = (await hf.cli('logs', 'told', '--json', '-n', '1')).stdout;
    expect(JSON.parse(last)).toMatchObject({ schema: 1, attempt: 2, event: { type: 'turn-ended' } });
  });

  test('is in list, by state, label and agent', async () => {
    await hf.start('marked', working('marked'), '--label', 'kelp', '--label', 'weed');
    await hf.sees('marked.ready');
    const names = async (...flags: string[]) => (await hf.list(...flags)).map(({ name }) => name);
    expect(await names('--label', 'weed')).toEqual(['marked']);
    expect(await names('--label', 'none')).toEqual([]);
    expect(await names('--state', 'running')).toEqual(['marked']);
    expect(await names('--state', 'succeeded', '--label', 'kelp')).toEqual([]);
    expect(await names('--agent', 'codex')).toEqual([]);
    expect(await hf.cli('list', '--agent', 'gpt')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/there is no agent "gpt": use one of codex, /),
    });
    expect(await hf.cli('logs', 'marked', '--attempt', '9')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/marked has had 1 attempt$/m),
    });
    expect(await names('--agent', 'demo')).toContain('marked');
    expect((await hf.cli('list')).stdout).toMatch(/^NAME +AGENT +STATE.*^marked +demo +running/ms);
  });
});

describe('holdfast prune', () => {
  const hf = holdfast({ settings: quick, ends: afterAll });

  test('removes directory and session of what has ended, and with --dry-run only says so', async () => {
    await hf.start('alive', working('alive'));
    await hf.start('ended', ['@say hi']);
    const { id, directory, session } = await hf.end('ended');
    const held = () => [existsSync(directory), hf.tmux('has-session', '-t', `=${session}`).code];

    expect(await hf.cli('prune', '--older', '1h')).toMatchObject({ code: 0, stdout: '' });
    expect(await hf.cli('prune', '--dry-run')).toMatchObject({ code: 0, stdout: `${id}\n` });
    expect(held()).toEqual([true, 0]);
    expect(await hf.cli('prune')).toMatchObject({ code: 0, stdout: `${id}\n` });
    expect(held()).toEqual([false, 1]);
    expect((await hf.cli('show', 'ended')).code).toBe(3);
    expect((await hf.cli('prune', 'alive')).code).toBe(4);
    expect((await hf.task('alive')).state).toBe('running');
    await hf.cli('daemon', 'restart');
    expect((await hf.list()).map(({ name }) => name)).toEqual(['alive']);
  });
});
