import { closeSync, constants, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { TaskDetail } from '../../src/protocol/methods.ts';
import { isAlive, kill, killed } from './processes.ts';
import { type Done, fileOf, type Holdfast, holdfast, kindsOf, pidOf } from './rig.ts';
import { until } from './until.ts';

/** The tick comes once in a test's life at most: whatever is found at once is found by something else. */
const NO_TICK = { tickSeconds: 60, resume: { baseMinutes: 0 } };
const script = ['@touch ready', '@wait go', '@say over'];

describe('the death of an agent is found at once, without the tick,', () => {
  test('by the end of file of the FIFO alone: no record was written', async () => {
    const hf = holdfast({ settings: NO_TICK });
    const task = await hf.start('fifo', script);
    await until(async () => (await hf.task('fifo')).tools === 1); // the last event was read: no hint of it is on its way
    kill(await pidOf(task, 1, 'runner'), await pidOf(task, 1, 'agent'));
    hf.touch('go');
    expect(kindsOf(await hf.end('fifo'))).toEqual(['fresh', 'resume']);
    expect(readFileSync(fileOf(task, 1, 'exit.json'), 'utf8').trim()).toBe('');
  });

  test('by the exit record alone: somebody else still holds the FIFO', async () => {
    const hf = holdfast({ settings: NO_TICK });
    const task = await hf.start('record', script);
    await hf.sees('ready');
    const fifo = openSync(join(task.directory, 'launch', '1.fifo'), constants.O_RDWR);
    onTestFinished(() => closeSync(fifo));
    kill(await pidOf(task, 1, 'agent'));
    hf.touch('go');
    expect(kindsOf(await hf.end('record'))).toEqual(['fresh', 'resume']);
  });
});

describe('without any hint, the tick alone finds', () => {
  const settings = { tickSeconds: 0.2, resume: { baseMinutes: 0 } };
  const env = { HOLDFAST_HINTS: 'off' };

  test('that an agent has finished', async () => {
    const hf = holdfast({ settings, env });
    await hf.start('finished', script);
    hf.touch('go');
    expect(await hf.end('finished')).toMatchObject({ state: 'succeeded', attempt: 1 });
  });

  test('that an agent was killed', async () => {
    const hf = holdfast({ settings, env });
    const task = await hf.start('agent', script);
    await hf.sees('ready');
    kill(await pidOf(task, 1, 'agent'));
    hf.touch('go');
    expect(kindsOf(await hf.end('agent'))).toEqual(['fresh', 'resume']);
  });

  test.each<[string, (hf: Holdfast, task: TaskDetail) => Promise<unknown> | unknown]>([
    ['a runner was killed', async (_, task) => kill(await pidOf(task, 1, 'runner'))],
    [
      'agent and runner were killed',
      async (_, task) => kill(await pidOf(task, 1, 'runner'), await pidOf(task, 1, 'agent')),
    ],
    ['a tmux session was killed', (hf, { session }) => done(hf.tmux('kill-session', '-t', `=${session}`))],
    ['a pane was killed beside another', (hf, { session }) => killPaneBesideAnother(hf, session)],
  ])('that %s', async (_, happens) => {
    const hf = holdfast({ settings, env });
    const task = await hf.start('task', script);
    await hf.sees('ready');
    await happens(hf, task);
    await pidOf(task, 2, 'agent');
    hf.touch('go');
    expect(kindsOf(await hf.end('task'))).toEqual(['fresh', 'resume']);
  });

  test('nothing before its time: hints that are off are off', async () => {
    const hf = holdfast({ settings: NO_TICK, env });
    const task = await hf.start('slow', script);
    await hf.sees('ready');
    const runner = await pidOf(task, 1, 'runner');
    await killed(await pidOf(task, 1, 'agent'));
    await until(() => !isAlive(runner));
    for (let looks = 0; looks < 3; looks += 1) expect(await hf.task('slow')).toMatchObject({ attempt: 1 });
    expect(existsSync(fileOf(task, 2, 'agent.json'))).toBe(false);
  });
});

const done = ({ code, stderr }: Done): void => expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

function killPaneBesideAnother(hf: Holdfast, session: string): void {
  const [own = ''] = panesOf(hf, session);
  done(hf.tmux('split-window', '-d', '-t', `=${session}:`, 'cat'));
  done(hf.tmux('kill-pane', '-t', own));
  expect(panesOf(hf, session)).not.toContain(own);
}

const panesOf = (hf: Holdfast, session: string): readonly string[] =>
  hf.tmux('list-panes', '-s', '-t', `=${session}`, '-F', '#{pane_id}').stdout.trim().split('\n');
