import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { tmuxConfig } from '../../src/daemon/tmux-config.ts';
import { startOf } from '../../src/system/processes.ts';
import { type Pane, Tmux, TmuxError } from '../../src/system/tmux.ts';
import { tmuxServer } from '../../src/system/tmux-server.ts';
import { until } from './until.ts';

let home = '';
let tmux: Tmux;
beforeEach(() => {
  home = realpathSync(mkdtempSync('/tmp/hf-tmux-'));
  writeFileSync(join(home, 'tmux.conf'), tmuxConfig);
  tmux = server({ PATH: process.env.PATH ?? '' });
});
afterEach(async () => {
  const [pid] = await tmux.server().then(
    ({ pid }) => [pid],
    () => [],
  );
  if (pid !== undefined) process.kill(pid);
  rmSync(home, { recursive: true, force: true });
});

/** A server of this test alone: its socket lies in the test's directory. */
const server = (env: Record<string, string>): Tmux =>
  new Tmux('hf-test', join(home, 'tmux.conf'), { TMUX_TMPDIR: home, LANG: 'C.UTF-8', ...env });

const file = () => join(home, 'out');
const read = (): string | undefined => {
  try {
    return readFileSync(file(), 'utf8');
  } catch {
    return undefined; // not written yet
  }
};
const run = (name: string, script: string, ...words: string[]) =>
  tmux.newSession({ name, mark: `mark-${name}`, cwd: home, argv: ['sh', '-c', script, 'sh', file(), ...words] });
const paneOf = async (name: string): Promise<Pane> => {
  const found = (await tmux.panes()).find(({ session }) => session === name);
  if (!found) throw new Error(`no pane in ${name}`);
  return found;
};
const SLEEP = 'exec sleep 100';

describe('a tmux server', () => {
  test('that does not run is told from one that has no such session', async () => {
    await expect(tmux.panes()).rejects.toMatchObject({ name: 'TmuxError', kind: 'no-server' });
    await expect(tmux.hasSession('x')).rejects.toMatchObject({ kind: 'no-server' });
    await tmux.startServer('_keeper');
    expect(await tmux.hasSession('x')).toBe(false);
    expect(await tmux.hasSession('_keeper')).toBe(true);
  });

  test('may be started twice', async () => {
    await Promise.all([tmux.startServer('_keeper'), tmux.startServer('_keeper')]);
    expect((await tmux.panes()).map(({ session }) => session)).toEqual(['_keeper']);
  });

  test('keeps a word for us', async () => {
    await tmux.startServer('_keeper');
    expect(await tmux.recall('owner')).toBe('');
    await tmux.remember('owner', 'a "b" #{pid};');
    expect(await tmux.recall('owner')).toBe('a "b" #{pid};');
  });

  test('is named by its process', async () => {
    await tmux.startServer('_keeper');
    const { pid, socket } = await tmux.server();
    expect(socket.startsWith(home)).toBe(true);
    expect((await paneOf('_keeper')).server).toBe(pid);
  });

  test.each([
    ['is asked for its socket: whoever bears its pid and its start', {}, 'SIGUSR1'],
    ['was of an earlier run of the machine: who bears both now is left alone', { boot: 'another' }, 'SIGKILL'],
  ] as const)('that we have recorded %s', async (_, more, endedBy) => {
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void bystander.kill('SIGKILL'));
    const ended = new Promise((resolve) => bystander.on('exit', (__, signal) => resolve(signal)));
    const record = join(home, 'server.json');
    writeFileSync(record, JSON.stringify({ pid: bystander.pid, start: startOf(bystander.pid ?? 0), ...more }));
    await tmuxServer(tmux, { record, owner: home, under: () => [] }).ensure();
    bystander.kill('SIGKILL');
    expect(await ended).toBe(endedBy);
    expect(JSON.parse(readFileSync(record, 'utf8'))).toMatchObject({ pid: (await tmux.server()).pid });
  });
});

describe('a session', () => {
  const hostile = [
    "it's",
    '"',
    'a;',
    ';',
    'a b',
    '#S #{pid} ##',
    '$HOME $(id)',
    '-t',
    '--',
    'zażółć 🪢',
    'line\nfeed',
    '\\;',
    '~',
    '%1',
  ];

  test('runs its words as they are', async () => {
    await run('demo-a', `printf '%s\\0' "$@" >"$1.tmp"; mv "$1.tmp" "$1"; ${SLEEP}`, ...hostile);
    await until(() => read() !== undefined);
    expect(read()?.split('\0').slice(1, -1)).toEqual(hostile);
  });

  test.each(['a b', '#S', '#{pid}', 'x;', "it's", '🪢'])('begins in the directory %s', async (name) => {
    const cwd = join(home, name);
    mkdirSync(cwd);
    const argv = ['sh', '-c', `pwd >"$1.tmp"; mv "$1.tmp" "$1"; ${SLEEP}`, 'sh', file()] as const;
    await tmux.newSession({ name: 'demo-a', mark: 'm', cwd, argv: [...argv] });
    await until(() => read() !== undefined);
    expect(read()).toBe(`${cwd}\n`);
  });

  test('is listed with its mark, and as dead when its process is', async () => {
    await run('demo-a', SLEEP);
    await run('demo-b', 'exit 7');
    await until(async () => (await paneOf('demo-b')).dead);
    expect(await paneOf('demo-a')).toMatchObject({ mark: 'mark-demo-a', dead: false, attached: false, inMode: false });
    expect(await paneOf('demo-b')).toMatchObject({ mark: 'mark-demo-b', dead: true });
  });

  test('is listed with the second in which it last drew anything', async () => {
    await run('demo-a', `printf begun; until [ -e "$1" ]; do sleep 0.05; done; printf more; ${SLEEP}`, file());
    await until(async () => (await tmux.capture((await paneOf('demo-a')).id, 0)).includes('begun'));
    const { drawnAt } = await paneOf('demo-a');
    expect(Math.abs(Date.now() - drawnAt)).toBeLessThan(60_000);
    await until(async () => Date.now() > drawnAt + 1000);
    expect((await paneOf('demo-a')).drawnAt, 'nothing was drawn since').toBe(drawnAt);
    writeFileSync(file(), '');
    await until(async () => (await paneOf('demo-a')).drawnAt > drawnAt);
  });

  test('cannot be made twice', async () => {
    await run('demo-a', SLEEP);
    await expect(run('demo-a', SLEEP)).rejects.toMatchObject({ kind: 'duplicate' });
  });

  test('knows whose it is, whatever becomes of its panes, and takes another window of ours', async () => {
    await run('demo-a', SLEEP);
    const first = await paneOf('demo-a');
    expect(await tmux.markOf('demo-a')).toBe('mark-demo-a');
    await tmux.newWindow({ name: 'demo-a', mark: 'mark-demo-a', cwd: home, argv: ['sh', '-c', SLEEP] });
    const [, second] = (await tmux.panes()).filter(({ session }) => session === 'demo-a');
    expect(second).toMatchObject({ mark: 'mark-demo-a', dead: false });
    expect(second?.id).not.toBe(first.id);
  });

  test('that somebody else has made is nobody’s of ours, nor are its panes', async () => {
    await run('demo-a', SLEEP);
    const [bin = '', ...words] = tmux.command;
    const env = { TMUX_TMPDIR: home, PATH: process.env.PATH ?? '' };
    execFileSync(bin, [...words, 'new-session', '-d', '-s', 'demo-b', 'sleep', '100'], { env });
    execFileSync(bin, [...words, 'split-window', '-t', '=demo-a:', 'sleep', '100'], { env });
    expect(await tmux.markOf('demo-b')).toBe('');
    expect((await tmux.panes()).map(({ session, mark }) => [session, mark])).toEqual([
      ['demo-a', 'mark-demo-a'],
      ['demo-a', ''],
      ['demo-b', ''],
    ]);
    await expect(tmux.markOf('demo-c')).rejects.toMatchObject({ kind: 'not-found' });
  });

  test('is ended by its whole name and its mark only, and may be gone already', async () => {
    await run('demo-1', SLEEP);
    await run('demo-10', SLEEP);
    await tmux.killSession('demo-1', 'mark-demo-1');
    await tmux.killSession('demo-1', 'mark-demo-1');
    expect((await tmux.panes()).map(({ session }) => session)).toEqual(['demo-10']);
    await tmux.killSession('demo-10', 'mark-demo-1');
    expect(await tmux.hasSession('demo-10')).toBe(true);
    expect(await tmux.hasSession('demo')).toBe(false);
  });
});

describe('a pane that has ended', () => {
  test('is run again in its place, and what was to be read stays', async () => {
    await run('demo-a', 'i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo "line $i."; done; sleep 0.1'); // 3.3a drops the tail of what ends at once
    await until(async () => (await paneOf('demo-a')).dead);
    const before = await paneOf('demo-a');
    await tmux.respawn(before.id, home, ['sh', '-c', `echo again; ${SLEEP}`]);
    await until(async () => (await tmux.capture(before.id, '-')).includes('again'));
    const text = await tmux.capture(before.id, '-');
    for (let i = 1; i <= 100; i++) expect(text).toContain(`line ${i}.`);
    expect(await paneOf('demo-a')).toMatchObject({ id: before.id, mark: 'mark-demo-a', dead: false });
  });

  test('that is gone cannot be', async () => {
    await run('demo-a', SLEEP);
    await expect(tmux.respawn('%999', home, ['sh', '-c', SLEEP])).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('what is typed', () => {
  test('arrives whole as one text, without what could end the paste', async () => {
    await run('demo-a', 'stty -icanon -echo; echo ready; exec cat >"$1"');
    const { id } = await paneOf('demo-a');
    await until(async () => (await tmux.capture(id, 0)).includes('ready'));
    await tmux.paste(id, 'one;\r\n\ttwo "$(id)"\u001b[201~\u0003 🪢;');
    await tmux.keys(id, ['x', 'Space', 'y', ';']);
    await until(() => read()?.endsWith('y;') ?? false);
    expect(read()).toBe('one;\n\ttwo "$(id)"[201~ 🪢;x y;');
  });
});

describe('a tmux', () => {
  const fake = (script: string): Tmux => {
    writeFileSync(join(home, 'tmux'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(home, 'tmux'), 0o755);
    return server({ PATH: `${home}:/usr/bin:/bin` });
  };

  test('that is not there is told', async () => {
    await expect(server({ PATH: home }).panes()).rejects.toMatchObject({ kind: 'missing' });
  });

  test.each<[string, string, RegExp]>([
    ['that does not answer', 'exec sleep 60', /no answer in \d+ ms/],
    ['that fails without a word', 'exit 1', /exit 1/],
    ['that is killed', 'kill -9 $$', /killed by SIGKILL/],
    ['that says what we do not know', 'echo lost server >&2; exit 1', /lost server/],
  ])('%s proves nothing', async (_, script, says) => {
    const error = await fake(script)
      .panes()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TmuxError);
    expect(error).toMatchObject({ kind: 'unknown', message: expect.stringMatching(says) });
  });

  test('is not told what it was given, which somebody may have typed', async () => {
    const error = await fake('exit 1').paste('%1', 'secret').catch(String);
    expect(error).not.toContain('secret');
  });

  test('tells its version', async () => {
    expect(await tmux.version()).toMatch(/^(\d+\.\d|master|next)/);
  });
});
