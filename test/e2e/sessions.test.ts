import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { type Done, type Holdfast, holdfast } from './rig.ts';
import { until } from './until.ts';

const quick = { resume: { baseMinutes: 0 } };
const working = (name: string): string[] => [`@touch ${name}.ready`, `@wait ${name}.go`, '@say over'];

describe('the session of a task', () => {
  const hf = holdfast({ settings: quick, ends: afterAll });

  test('gets what is sent, but only by force where the agent asks nothing', async () => {
    await hf.start('asks', ['@wait asked', '@ask Which one?', '@say over']);
    const text = 'the left; $(touch pwned)\t#S';
    expect(await hf.cli('send', 'asks', text)).toMatchObject({ code: 4, stderr: expect.stringContaining('--force') });
    writeFileSync(`${hf.work}/asked`, '');
    await until(async () => (await hf.task('asks')).state === 'waiting-input');
    expect(await hf.task('asks')).toMatchObject({ question: { text: 'Which one?', choices: [] } });
    expect((await hf.cli('answer', 'asks', text)).code).toBe(0);
    expect((await hf.end('asks')).state).toBe('succeeded');
    expect((await hf.cli('logs', 'asks')).stdout).toContain(`You answered: ${text}`);
    expect(existsSync(`${hf.work}/pwned`)).toBe(false);
  });

  test('is gone once its task was stopped, and nothing offers it any more', async () => {
    await hf.start('sl', working('sl'));
    expect((await hf.cli('show', 'sl')).stdout).toMatch(/^watch +tmux/m);
    await hf.cli('stop', 'sl');
    const over =
      /sl is over \(cancelled\): holdfast logs sl shows what it did, holdfast retry sl --prompt TEXT goes on/;
    expect(await hf.cli('attach', 'sl')).toMatchObject({ code: 4, stderr: expect.stringMatching(over) });
    expect(await hf.cli('send', 'sl', 'hi')).toMatchObject({ code: 4, stderr: expect.stringMatching(over) });
    expect((await hf.cli('show', 'sl')).stdout).not.toMatch(/^watch/m);
  });

  test('is there for as long as the pane of an ended task can be read', async () => {
    await hf.start('read', ['@say hi']);
    await hf.end('read');
    expect((await hf.cli('show', 'read')).stdout).toMatch(/^watch +tmux/m);
    expect(await hf.cli('attach', 'read')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/needs a terminal/),
    });
  });

  test('is not attached without a terminal: exit 2 and the command that does', async () => {
    await hf.start('shown', working('shown'));
    const { code, stderr } = await hf.cli('attach', 'shown');
    const { attachCommand } = await hf.task('shown');
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(attachCommand) });
    expect(attachCommand).toMatch(/^tmux -u -[LS] \S+ attach-session -t =demo-shown$/);
  });

  test('is attached in a terminal, and leaving it leaves the agent alone', async () => {
    await hf.start('watched', ['@say here I am', ...working('watched')]);
    await hf.sees('watched.ready');
    const { tmux } = terminal(hf, attachTo('watched'));
    await until(() => tmux('capture-pane', '-p', '-t', '=outer:').stdout.includes('here I am'));
    expect(clientsOf(hf)).toEqual(['demo-watched 0']);
    tmux('kill-server');
    hf.touch('watched.go');
    expect(await hf.end('watched')).toMatchObject({ state: 'succeeded', attempt: 1 });
  });

  test('is only watched where that was asked for', async () => {
    await hf.start('looked-at', ['@say here I am', ...working('looked-at')]);
    await hf.sees('looked-at.ready');
    const { tmux } = terminal(hf, attachTo('looked-at', '--read-only'));
    await until(() => tmux('capture-pane', '-p', '-t', '=outer:').stdout.includes('here I am'));
    expect(clientsOf(hf)).toEqual(['demo-looked-at 1']);
    tmux('kill-server');
  });

  test.each<[string, string, string[], string]>([
    ['may type', '0', [], '0'],
    ['may only watch', '0', ['--read-only'], '1'],
    ['may still only watch, where that was so before', '1', ['--read-only'], '1'],
  ])('is switched to by a terminal in the same tmux, which %s', async (_, before, flags, after) => {
    const [name, shell] = [`switched-${before}${after}`, `own-${before}${after}`];
    await hf.start(name, working(name));
    await hf.sees(`${name}.ready`);
    hf.tmux('new-session', '-d', '-s', shell, '-x', '120', '-y', '30', 'sh');
    const inner = ['env', '-u', 'TMUX', 'tmux', '-L', hf.env.HOLDFAST_TMUX_SOCKET, 'attach', '-t', `=${shell}`];
    const { tmux } = terminal(hf, [...inner, ...(before === '1' ? ['-r'] : [])]);
    await until(() => clientsOf(hf).includes(`${shell} ${before}`));
    const status = hf.inside(`${name}.status`);
    const words = attachTo(name, ...flags).map((word) => `'${word}'`);
    hf.tmux('send-keys', '-t', `=${shell}:`, `${words.join(' ')}; echo $? >'${status}'`, 'Enter');
    await until(() => existsSync(status) && readFileSync(status, 'utf8'));
    expect(readFileSync(status, 'utf8')).toBe('0\n');
    expect(clientsOf(hf)).toEqual([`demo-${name} ${after}`]);
    tmux('kill-server');
    await until(() => clientsOf(hf).length === 0);
  });
});

const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));
const attachTo = (...words: string[]): string[] => [process.execPath, PROGRAM, 'attach', ...words];

/** Runs this in a terminal: the pane of a tmux server of another name. */
function terminal(hf: Holdfast, words: readonly string[]) {
  const tmux = (...more: string[]): Done => hf.tmux('-L', `${hf.env.HOLDFAST_TMUX_SOCKET}-outer`, ...more);
  const made = tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'outer', '-x', '120', '-y', '30', ...words);
  expect(made).toMatchObject({ code: 0 });
  return { tmux };
}

/** The session of each terminal that looks at the tmux of this holdfast, and whether it may only look. */
const clientsOf = (hf: Holdfast): readonly string[] =>
  hf
    .tmux('list-clients', '-F', '#{client_session} #{client_readonly}')
    .stdout.split('\n')
    .filter((line) => line !== '');
