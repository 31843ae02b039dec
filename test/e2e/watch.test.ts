import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { textWidth } from '../../src/cli/table.ts';
import { processesSaying, processesWith } from './processes.ts';
import { holdfast } from './rig.ts';
import { until } from './until.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));

/** A shell with job control in a terminal of 80×24, in which the table is watched. */
async function watching(hf: ReturnType<typeof holdfast>, seen = 'seen') {
  const target = ['-t', '=look:'];
  hf.tmux('new-session', '-d', '-s', 'look', '-x', '80', '-y', '24', '-c', hf.work, '--', 'sh', '-i');
  const screen = () => hf.tmux('capture-pane', '-p', ...target).stdout;
  const state = () => hf.tmux('display-message', '-p', ...target, '#{alternate_on} #{cursor_flag}').stdout.trim();
  const wraps = () => hf.tmux('display-message', '-p', ...target, '#{wrap_flag}').stdout.trim();
  const press = (...keys: string[]) => hf.tmux('send-keys', ...target, ...keys);
  const variables = Object.entries(hf.env).map(([name, value]) => `${name}='${value}'`);
  press(`env ${variables.join(' ')} '${process.execPath}' '${PROGRAM}' list --watch; echo "left $?"`, 'Enter');
  await until(() => /^holdfast · \d+ running/.test(screen()) && new RegExp(`^${seen} +running`, 'm').test(screen()));
  expect([state(), wraps()]).toEqual(['1 0', '0']);
  const [pid = 0] = processesSaying('list --watch')
    .filter(({ pid: each, text }) => /^\S*node /.test(text) && isOf(each, hf.home))
    .map(({ pid: each }) => each);
  expect(pid).toBeGreaterThan(0);
  return { screen, state, wraps, press, pid };
}

/** Does a process belong to this home? */
const isOf = (pid: number, home: string): boolean => processesWith(`HOME=${home}`).some((found) => found.pid === pid);

/** A holdfast with one task at work. */
async function atWork() {
  const hf = holdfast();
  await hf.start('seen', ['@touch ready', '@wait go']);
  await hf.sees('ready');
  return hf;
}

describe('list --watch', () => {
  test('gives the terminal back at ^Z, draws again when it goes on, and ends clean', async () => {
    const hf = await atWork();
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

  test.each([
    ['SIGHUP', 129], // it dies of it, as any program, but not before the terminal is itself again
    ['SIGTERM', 0],
    ['SIGINT', 0],
  ] as const)('ends clean at %s', async (signal, code) => {
    const { screen, state, wraps, pid } = await watching(await atWork());
    process.kill(pid, signal);
    await until(() => state() === '0 1' && new RegExp(`^left ${code}$`, 'm').test(screen()));
    expect(wraps()).toBe('1');
    expect(screen()).not.toContain('^C leaves');
  });

  test('ends by itself, and by no error of its own, when its terminal is gone', async () => {
    const hf = await atWork();
    const code = hf.inside('left');
    const words = [process.execPath, PROGRAM, 'list', '--watch'].map((word) => `'${word}'`).join(' ');
    const variables = Object.entries(hf.env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    // the shell hears of it too, and stays to write down how it ended
    const script = `trap : HUP; ${words} 2>'${code}.said'; echo $? >'${code}'`;
    hf.tmux('new-session', '-d', '-s', 'look', '-x', '80', '-y', '24', ...variables, '--', 'sh', '-c', script);
    await until(() => /^seen +running/m.test(hf.tmux('capture-pane', '-p', '-t', '=look:').stdout));
    hf.tmux('kill-session', '-t', '=look');
    expect(await until(() => existsSync(code) && readFileSync(code, 'utf8'))).toBe('129\n');
    expect(readFileSync(`${code}.said`, 'utf8')).toMatch(/^(?:.*Hangup.*\n)?$/); // the word of the shell, and no stack of ours
  });

  test('ends when whoever reads its lines has seen enough', async () => {
    const hf = await atWork();
    const script = `'${process.execPath}' '${PROGRAM}' list --watch --json | head -n 1; echo "left \${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', script], { env: hf.env, cwd: hf.work });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    await until(() => said.includes('"running"'));
    hf.touch('go'); // a change, and nobody who reads of it
    await until(() => child.exitCode !== null);
    expect(said.trimEnd().split('\n')).toEqual([expect.stringMatching(/^\{"schema":1/), 'left 0']);
  });

  test('breaks no line in 80×24, whatever a task is called and says', async () => {
    const hf = holdfast();
    const names = ['n'.repeat(40), 'wide', 'controls'];
    const say = ['long word '.repeat(40), '日本語'.repeat(60), '\u001b[2J\u001b[31m red '.repeat(30)];
    for (const [index, name] of names.entries()) {
      await hf.start(name, [`@say ${say[index]}`, `@touch ${name}.ready`, '@wait go']);
      await hf.sees(`${name}.ready`);
    }
    const { screen } = await watching(hf, 'wide');
    await until(() => names.every((name) => new RegExp(`^${name.slice(0, 23)}.*…$`, 'm').test(screen()))); // what it said has arrived
    const lines = screen().trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ +/)[0]).slice(1)).toEqual([
      '',
      'NAME',
      'controls',
      'wide',
      `${'n'.repeat(23)}…`,
    ]);
    expect(lines[0]).toMatch(/^holdfast · 3 running +\^C leaves$/);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(80);
    // a line that was broken would be joined by -J; a terminal that breaks none would have the last letter of all in its last column
    expect(
      hf
        .tmux('capture-pane', '-p', '-J', '-t', '=look:')
        .stdout.trimEnd()
        .split('\n')
        .map((line) => line.trimEnd()),
    ).toEqual(lines);
    for (const line of lines.slice(3)) expect(line).toMatch(/…$/);
  });

  test('gives the terminal back at ^\\ too', async () => {
    const hf = await atWork();
    const { screen, state, press } = await watching(hf);
    press('C-\\');
    await until(() => state() === '0 1' && /^left 131/m.test(screen()));
  });

  test('draws in place in 80×24, outlives the daemon, and gives the terminal back', async () => {
    const hf = await atWork();
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
