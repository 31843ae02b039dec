import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { holdfast } from './rig.ts';
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
    const outer = ['-L', `${hf.env.HOLDFAST_TMUX_SOCKET}-outer`];
    const run = (...words: string[]) => hf.tmux(...outer, ...words);
    const words = [process.execPath, new URL('../../bin/holdfast.js', import.meta.url).pathname, 'attach', 'watched'];
    run('-f', '/dev/null', 'new-session', '-d', '-s', 'outer', '-x', '120', '-y', '30', ...words);
    await until(() => run('capture-pane', '-p', '-t', '=outer:').stdout.includes('here I am'));
    run('kill-server');
    hf.touch('watched.go');
    expect(await hf.end('watched')).toMatchObject({ state: 'succeeded', attempt: 1 });
  });
});
