import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Holdfast, holdfast } from './rig.ts';
import { until } from './until.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));
const SECRET = 'kelp-forest-4711';

/** Everything that the daemon has written about itself. */
const said = (hf: Holdfast): string => hf.log() + readFileSync(join(hf.state, 'daemon.stderr'), 'utf8');

describe('the log of the daemon holds no secret', () => {
  test('of an agent that fails in every way, and of commands that are refused', async () => {
    const hf = holdfast({ settings: { resume: { baseMinutes: 0 } } });
    const failures = [`@fail auth`, `@print-raw ${SECRET}`, `@say ${SECRET}`, `@run echo ${SECRET} >&2`];
    const script = [SECRET, ...failures.slice(1), '@once @die SIGKILL', `@run ${SECRET}`, failures[0] ?? ''];
    await hf.start('fails', script, '--env', `TOKEN=${SECRET}`, '--label', 'x');
    expect(await hf.end('fails')).toMatchObject({ state: 'failed', attempt: 2 });
    for (const words of [
      ['show', SECRET],
      ['send', 'fails', SECRET, '--force'],
      ['logs', 'fails', '--attempt', '9'],
    ])
      await hf.cli(...words);
    expect(said(hf)).toContain('"event":"exited"');
    expect(said(hf)).not.toContain(SECRET);
  });

  test('where files of a task are damaged, or its tmux fails with what it was told', async () => {
    const hf = holdfast({ settings: { tickSeconds: 0.2 } });
    const { directory } = await hf.start('damaged', ['@touch ready', '@wait go'], '--env', `TOKEN=${SECRET}`);
    await hf.sees('ready');
    writeFileSync(join(directory, 'env.json'), `{"TOKEN": ["${SECRET}"]}`);
    await hf.cli('show', 'damaged');
    writeFileSync(join(directory, 'attempts', '1', 'exit.json'), `{"status": ${SECRET}`);
    await hf.cli('send', 'damaged', '--force', '--key', SECRET);
    await hf.cli('daemon', 'stop');
    writeFileSync(join(directory, 'spec.json'), `{"prompt": ${SECRET}`);
    await hf.cli('list');
    expect(said(hf)).toContain('"event":"quarantined"');
    expect(said(hf)).not.toContain(SECRET.slice(0, 6)); // nor a part: parsers quote where they stumble
  });

  const limited = spawnSync('prlimit', ['--version']).status === 0 && process.platform === 'linux';
  test.runIf(limited)('of a process that could not be started, whose words Node would print', async () => {
    const hf = holdfast({ settings: { tickSeconds: 0.2 } });
    await hf.start('words', ['@touch ready', '@wait go']);
    await hf.sees('ready');
    const pid = await hf.daemonPid();
    execFileSync('prlimit', ['--pid', String(pid), '--nofile=10:4096']); // a daemon has twice as many open already
    await until(() => hf.log().includes('EMFILE'));
    execFileSync('prlimit', ['--pid', String(pid), '--nofile=4096:4096']);
    expect(await hf.daemonPid()).toBe(pid);
    expect(said(hf)).toContain('EMFILE');
    expect(said(hf)).not.toContain('list-panes');
    expect(hf.log()).not.toContain('"event":"uncaught"');
  });
});

describe('a reader of our output', () => {
  /** How a command ends whose stdout is closed before it writes, or was never open. */
  const ending = (hf: Holdfast, shell: string): Promise<unknown> =>
    new Promise((resolve) => {
      const options = { env: hf.env, cwd: hf.work, stdio: ['ignore', 'pipe', 'pipe'] as const };
      const child = spawn('bash', ['-c', shell, 'bash', process.execPath, PROGRAM], {
        ...options,
        stdio: [...options.stdio],
      });
      let stderr = '';
      child.stderr?.on('data', (text: Buffer) => {
        stderr += text.toString();
      });
      child.on('close', (code) => resolve({ code, stderr }));
    });

  test.each([
    ['that has gone', 'set -o pipefail; "$1" "$2" logs long | exit 0'],
    ['that reads one line', 'set -o pipefail; "$1" "$2" logs long | head -1 > /dev/null'],
    ['that never was', '"$1" "$2" logs long >&-'],
  ])('%s is no error', async (_, shell) => {
    const hf = holdfast();
    await hf.start(
      'long',
      Array.from({ length: 150 }, () => `@say ${'kelp '.repeat(1000)}`),
    );
    await hf.end('long');
    expect(await ending(hf, shell)).toEqual({ code: 0, stderr: '' });
  });
});

test('a settings file that passes on a key does not show it to other users', async () => {
  const hf = holdfast({
    env: { OPENAI_API_KEY: SECRET },
    settings: { environment: { pass: ['OPENAI_API_KEY'] } },
  });
  chmodSync(hf.inside('.config', 'holdfast', 'config.json'), 0o600);
  await hf.start('keyed', ['@run printf %s "$OPENAI_API_KEY" > key', '@touch ready', '@wait go']);
  await hf.sees('ready');
  expect(hf.text('key')).toBe(SECRET);
  const words = execFileSync('ps', ['axww', '-o', 'args='], { encoding: 'latin1', maxBuffer: 2 ** 28 });
  expect(words).not.toContain(SECRET);
  for (const command of [
    ['show', 'keyed', '--json'],
    ['explain', 'keyed', '--json'],
    ['daemon', 'status', '--json'],
  ])
    expect((await hf.cli(...command)).stdout).not.toContain(SECRET);
  expect(said(hf)).not.toContain(SECRET);
});
