import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { holdfast } from './rig.ts';
import { until } from './until.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));

/** A shell with job control in a terminal of 80×24, in which the table is watched. */
async function watching(hf: ReturnType<typeof holdfast>) {
  const target = ['-t', '=look:'];
  hf.tmux('new-session', '-d', '-s', 'look', '-x', '80', '-y', '24', '-c', hf.work, '--', 'sh', '-i');
  const screen = () => hf.tmux('capture-pane', '-p', ...target).stdout;
  const state = () => hf.tmux('display-message', '-p', ...target, '#{alternate_on} #{cursor_flag}').stdout.trim();
  const press = (...keys: string[]) => hf.tmux('send-keys', ...target, ...keys);
  const variables = Object.entries(hf.env).map(([name, value]) => `${name}='${value}'`);
  press(`env ${variables.join(' ')} '${process.execPath}' '${PROGRAM}' list --watch; echo "left $?"`, 'Enter');
  await until(() => /^holdfast · 1 running/.test(screen()) && /^seen +running/m.test(screen()));
  expect(state()).toBe('1 0');
  return { screen, state, press };
}

describe('list --watch', () => {
  test('gives the terminal back at ^Z, draws again when it goes on, and ends clean', async () => {
    const hf = holdfast();
    await hf.start('seen', ['@touch ready', '@wait go']);
    await hf.sees('ready');
    const { screen, state, press } = await watching(hf);
    press('C-z');
    await until(() => state() === '0 1' && /Stopped|suspended/i.test(screen()));
    expect(screen()).not.toContain('^C leaves');
    press('fg', 'Enter');
    await until(() => state() === '1 0' && /^seen +running/m.test(screen()));
    press('C-z');
    await until(() => state() === '0 1');
    press('fg; echo "left $?"', 'Enter');
    await until(() => state() === '1 0');
    press('C-c');
    await until(() => state() === '0 1' && /^left 0/m.test(screen()));
  });

  test('gives the terminal back at ^\\ too', async () => {
    const hf = holdfast();
    await hf.start('seen', ['@touch ready', '@wait go']);
    await hf.sees('ready');
    const { screen, state, press } = await watching(hf);
    press('C-\\');
    await until(() => state() === '0 1' && /^left 131/m.test(screen()));
  });

  test('draws in place in 80×24, outlives the daemon, and gives the terminal back', async () => {
    const hf = holdfast();
    await hf.start('seen', ['@touch ready', '@wait go']);
    await hf.sees('ready');
    const { screen, state, press } = await watching(hf);
    await hf.killDaemon();
    await until(() => screen().includes('the daemon is away'));
    hf.touch('go');
    await hf.cli('list');
    await until(() => /^seen +succeeded/m.test(screen()) && !screen().includes('away'));
    press('C-c');
    await until(() => state() === '0 1');
    expect(screen()).not.toContain('^C leaves');
  });

  test('with --json prints a line at each change, to its end by a signal', async () => {
    const hf = holdfast();
    await hf.start('told', ['@touch ready', '@wait go']);
    await hf.sees('ready');
    const child = spawn(process.execPath, [PROGRAM, 'list', '--watch', '--json'], { env: hf.env, cwd: hf.work });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await until(() => said.includes('"running"'));
    hf.touch('go');
    await until(() => said.includes('"succeeded"'));
    child.kill('SIGTERM');
    await until(() => child.exitCode !== null);
    for (const line of said.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ schema: 1 });
  });

  test('without a terminal says what it needs', async () => {
    expect(await holdfast().cli('list', '--watch')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--json'),
    });
  });
});

test('status.json tells how the tasks are, and whether somebody keeps it', async () => {
  const hf = holdfast();
  const status = (): unknown => JSON.parse(readFileSync(join(hf.state, 'status.json'), 'utf8'));
  await hf.start('shown', ['@touch ready', '@wait go']);
  await hf.sees('ready');
  await until(() => JSON.stringify(status()).includes('"states":{"running":1}'));
  await hf.cli('daemon', 'stop');
  expect(status()).toMatchObject({ running: false });
});
