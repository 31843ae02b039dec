import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pathsHere } from '../../src/protocol/paths.ts';
import { processesWith } from './processes.ts';
import { type Done, type Holdfast, holdfast } from './rig.ts';
import { until } from './until.ts';

const asRoot = process.geteuid?.() === 0;
const NOBODY = 65_534;
const hello = ['start', 'demo', 'hello', '--prompt', '@say hi'];

/** One sentence, the exit code, and no daemon. */
function expectRefusal({ code, stdout, stderr }: Done, exits: readonly number[], says: RegExp, hf: Holdfast): void {
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: expect.stringMatching(says) });
  expect(exits).toContain(code);
  expect(stderr).toMatch(/^holdfast( daemon)?: [^\n]+\n$/);
  expect(processesWith(hf.home).filter(({ text }) => text.includes('daemon/main.js'))).toEqual([]);
}

/** What kind of thing each path below a directory is, and its mode. */
function modesBelow(directory: string): { readonly kind: string; readonly mode: string; readonly path: string }[] {
  return ['.', ...readdirSync(directory, { recursive: true, encoding: 'utf8' })].map((path) => {
    const stats = lstatSync(join(directory, path));
    const kind = stats.isDirectory() ? 'directory' : stats.isFile() ? 'file' : stats.isFIFO() ? 'FIFO' : 'socket';
    return { kind, mode: (stats.mode & 0o777).toString(8), path };
  });
}

describe('what is kept', () => {
  test.each(['000', '777'])('is for its owner alone, and usable for him, under a umask of %s', async (umask) => {
    const hf = holdfast();
    const stdin = '@say hi\n@run true\n@die SIGKILL\n';
    const words = ['start', 'demo', 'kept', '--prompt-file', '-', '--max-attempts', '1'];
    expect((await hf.begin({ stdin, umask }, ...words)).code).toBe(0);
    expect(await hf.end('kept')).toMatchObject({ state: 'gave-up' });
    const found = modesBelow(hf.state);
    expect(found.length).toBeGreaterThan(20);
    const program = expect.objectContaining({
      kind: 'file',
      mode: '700',
      path: expect.stringMatching(/^runner\/[\w-]+\.sh$/),
    });
    const others = found.filter(({ kind, mode }) => mode !== (kind === 'directory' ? '700' : '600'));
    expect(others).toEqual([program, program]); // the hook of an agent, and the runner
  });

  test('leaves the files of the agent to the umask of the operator', async () => {
    const hf = holdfast();
    await hf.begin({ stdin: '@touch mine', umask: '027' }, 'start', 'demo', 'umask', '--prompt-file', '-');
    await hf.end('umask');
    expect(lstatSync(join(hf.work, 'mine')).mode & 0o777).toBe(0o640);
  });
});

describe('the daemon does not begin, and the command says why, where somebody has put', () => {
  const fifo = (path: string) => execFileSync('mkfifo', [path]);
  const elsewhere = (hf: Holdfast, path: string) => {
    mkdirSync(hf.inside('theirs'), { mode: 0o700 });
    symlinkSync(hf.inside('theirs'), path);
  };
  const inState = (hf: Holdfast, name: string) => {
    mkdirSync(hf.state, { recursive: true, mode: 0o700 });
    return join(hf.state, name);
  };
  const stateParent = (hf: Holdfast) => {
    mkdirSync(join(hf.state, '..'), { recursive: true });
    return hf.state;
  };
  test.each<[string, (hf: Holdfast) => unknown, RegExp]>([
    ['a symbolic link for the state directory', (hf) => elsewhere(hf, stateParent(hf)), /is a symbolic link/],
    ['a FIFO for the state directory', (hf) => fifo(stateParent(hf)), /is not a directory/],
    ['a file for the state directory', (hf) => writeFileSync(stateParent(hf), ''), /is not a directory/],
    ['a symbolic link for the tasks', (hf) => elsewhere(hf, inState(hf, 'tasks')), /tasks is not a directory \(or/],
    ['a FIFO for the tasks', (hf) => fifo(inState(hf, 'tasks')), /tasks/],
    ['a symbolic link for what comes in', (hf) => elsewhere(hf, inState(hf, 'incoming')), /incoming is /],
    ['a FIFO for what comes in', (hf) => fifo(inState(hf, 'incoming')), /incoming/],
    ['a symbolic link for the log', (hf) => symlinkSync('/dev/null', inState(hf, 'daemon.log')), /daemon\.log|ELOOP/],
    ['a FIFO for the log', (hf) => fifo(inState(hf, 'daemon.log')), /ENXIO|daemon\.log/],
    ['a symbolic link for its last words', (hf) => symlinkSync('x', inState(hf, 'daemon.stderr')), /daemon\.stderr/],
    ['a FIFO for its last words', (hf) => fifo(inState(hf, 'daemon.stderr')), /daemon\.stderr/],
    ['a file for the socket', (hf) => writeFileSync(inState(hf, 'daemon.sock'), ''), /daemon\.sock is not a socket/],
    ['a symbolic link for the socket', (hf) => symlinkSync('x', inState(hf, 'daemon.sock')), /is not a socket/],
  ])('%s', async (_, plant, says) => {
    const hf = holdfast();
    plant(hf);
    expectRefusal(await hf.cli('list'), [1, 73, 77], says, hf);
  });

  test('a symbolic link for the directory of the socket', async () => {
    const HOLDFAST_STATE_DIR = `/tmp/hf-${'deep/'.repeat(16)}${process.pid}`;
    const hf = holdfast({ env: { HOLDFAST_STATE_DIR } });
    const { socketDir } = pathsHere(hf.env);
    expect(socketDir.startsWith(hf.inside('run'))).toBe(true);
    elsewhere(hf, socketDir);
    expectRefusal(await hf.cli('list'), [77], /is a symbolic link/, hf);
    rmSync('/tmp/hf-deep', { recursive: true, force: true });
  });

  test('a directory that others may enter', async () => {
    const hf = holdfast();
    mkdirSync(hf.state, { recursive: true });
    chmodSync(hf.state, 0o777);
    expectRefusal(await hf.cli('list'), [77], /chmod 700/, hf);
  });
});

describe.runIf(asRoot)('root', () => {
  test.each([
    ['a state directory', (hf: Holdfast) => hf.state],
    ['a socket', (hf: Holdfast) => join(hf.state, 'daemon.sock')],
  ])('does not use %s of another user: 77', async (_, path) => {
    const hf = holdfast();
    await hf.cli('daemon', 'start');
    await hf.killDaemon();
    chownSync(path(hf), NOBODY, NOBODY);
    for (const words of [['list'], hello, ['daemon', 'status']])
      expectRefusal(await hf.cli(...words), [77], /belongs to uid 65534, and you are uid 0/, hf);
  });

  test('does not take over the tasks of another user by running the daemon in the foreground: 77', async () => {
    const hf = holdfast();
    mkdirSync(hf.state, { recursive: true, mode: 0o700 });
    chownSync(hf.state, NOBODY, NOBODY);
    expectRefusal(await hf.cli('daemon', 'run'), [77], /belongs to user 65534/, hf);
  });
});

describe('a journal that is not ours any more costs one task, and the evidence is kept:', () => {
  test.each<[string, (path: string) => void]>([
    ['a symbolic link to itself', (path) => symlinkSync(`${path}.kept`, path)],
    ['a FIFO', (path) => execFileSync('mkfifo', [path])],
    ['a directory', (path) => mkdirSync(path)],
  ])('%s', async (_, plant) => {
    const hf = holdfast();
    const { directory, id } = await hf.start('hit', ['@say hi']);
    await hf.end('hit');
    await hf.start('well', ['@say hi']);
    await hf.end('well');
    await hf.cli('daemon', 'stop');
    const journal = join(directory, 'journal.ndjson');
    renameSync(journal, `${journal}.kept`);
    plant(journal);
    expect((await hf.list()).map(({ name }) => name)).toEqual(['well']);
    expect((await hf.cli('daemon', 'status')).stdout).toContain(`task ${id} cannot be read`);
    const [kept = ''] = readdirSync(join(hf.state, 'quarantine'));
    expect(kept).toContain(id);
    expect(readdirSync(join(hf.state, 'quarantine', kept))).toContain('journal.ndjson.kept');
  });
});

describe.runIf(spawnSync('prlimit', ['--version']).status === 0)('a daemon that comes up against its limits', () => {
  const limit = (pid: number, ...limits: string[]) => execFileSync('prlimit', ['--pid', String(pid), ...limits]);

  test.each<[string, string, readonly number[]]>([
    ['on open files', '--nofile=20:1024', [1, 69]],
    ['on the size of files', '--fsize=10:unlimited', [73]],
  ])('%s says so, lives, loses nothing, and goes on', async (_, tight, exits) => {
    const hf = holdfast({ settings: { tickSeconds: 0.5 } });
    await hf.start('before', ['@touch ready', '@wait go']);
    await hf.sees('ready');
    const pid = await hf.daemonPid();
    limit(pid, tight);
    const during = await hf.cli(...hello);
    expect(exits).toContain(during.code);
    expect(during.stderr).toMatch(/^holdfast: [^\n]+\n$/);
    hf.touch('go');
    await until(() => processesWith(`${hf.state}/runner`).length === 0);
    limit(pid, '--nofile=1024:1024', '--fsize=unlimited');
    expect(await hf.end('before')).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(await hf.daemonPid()).toBe(pid);
    expect((await hf.cli('start', 'demo', 'after', '--prompt', '@say hi', '--wait')).code).toBe(0);
    expect(hf.log()).toMatch(/EMFILE|EFBIG/); // what could not be written then was written now
    for (const line of hf.log().trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    await hf.cli('daemon', 'restart');
    const names = (await hf.list()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['before', 'after']));
    expect((await hf.json('daemon', 'status')) as object).toMatchObject({ problems: [] });
    expect(readFileSync(join(hf.state, 'daemon.stderr'), 'utf8')).toBe('');
  });
});
