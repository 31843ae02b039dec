import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pathsHere } from '../../src/protocol/paths.ts';
import { answersOnlyQuestions, writtenIn } from './only-questions.ts';
import { isAlive, killed, processesWith } from './processes.ts';
import { type Holdfast, holdfast, pidOf } from './rig.ts';
import { until } from './until.ts';

const settings = { tickSeconds: 0.5, resume: { baseMinutes: 0 } };
const script = ['@run echo one >> log', '@touch ready', '@wait go', '@run echo two >> log'];
const daemons = (hf: Holdfast) => processesWith(hf.home).filter(({ text }) => text.includes('/dist/daemon/main.js'));
const problems = async (hf: Holdfast): Promise<unknown> =>
  ((await hf.json('daemon', 'status')) as { readonly problems: unknown }).problems; // one test reads what `methods` describes

/** Everything that must hold of a daemon that was born where nothing can be written, until there is room again. */
async function goesThrough(hf: Holdfast, heal: () => void, why: RegExp): Promise<void> {
  const listed = await hf.cli('list');
  expect(listed).toMatchObject({ code: 0, stderr: expect.stringMatching(why) });
  expect(listed.stdout).toMatch(/lives +demo +running/);
  expect(listed.stdout).toMatch(/over +demo +succeeded/);
  const degraded = await hf.daemonPid();
  expect((await hf.cli('daemon', 'status')).stdout).toMatch(why);
  expect((await hf.cli('doctor')).stdout).toMatch(why);
  expect((await hf.cli('explain', 'lives')).code).toBe(0);
  const before = writtenIn(hf);
  expect(await hf.cli('stop', 'lives')).toMatchObject({
    code: 73,
    stderr: expect.stringMatching(/^holdfast: [^\n]+nothing new is accepted[^\n]+\n$/),
  });
  await answersOnlyQuestions(hf);
  expect(writtenIn(hf), 'who holds no lock writes nothing').toEqual(before);
  expect((await hf.cli('prune', 'forgotten')).code, 'what makes room').toBe(0);

  heal();
  await until(async () => (await hf.cli('start', 'demo', 'new', '--prompt', '@say hi', '--wait')).code === 0);
  expect(await hf.daemonPid()).toBe(degraded);
  expect(await problems(hf)).toEqual([]);
  hf.touch('go');
  expect(await hf.end('lives')).toMatchObject({ state: 'succeeded', attempt: 1 });
  expect(hf.text('log')).toBe('one\ntwo\n');
  await hf.cli('daemon', 'restart');
  expect((await hf.list()).map(({ name, state }) => `${name} ${state}`).sort()).toEqual([
    'lives succeeded',
    'new succeeded',
    'over succeeded',
  ]);
  expect(existsSync(join(hf.state, 'quarantine'))).toBe(false);
}

async function withTasks(hf: Holdfast): Promise<number> {
  await hf.start('over', ['@say hi']);
  await hf.end('over');
  await hf.start('forgotten', ['@fail auth']);
  await hf.end('forgotten');
  const task = await hf.start('lives', script);
  await hf.sees('ready');
  await hf.killDaemon();
  return await pidOf(task, 1, 'agent');
}

/** Begins a daemon on a disk that fails with this code, from now on or whenever the file `sick` holds one. */
async function beginOnSickDisk(hf: Holdfast, code?: string) {
  const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const sick = hf.inside('sick');
  if (code !== undefined) writeFileSync(sick, code);
  const words = ['--import', here('sick-disk.js'), here('../../dist/daemon/main.js')];
  const env = { ...hf.env, HOLDFAST_TEST_SICK: sick };
  const { pid } = spawn(process.execPath, words, { env, stdio: 'ignore' });
  await until(async () => (await hf.cli('list', '--no-start-daemon')).code === 0);
  expect(await hf.daemonPid()).toBe(pid);
  return { sick, pid };
}

describe('a daemon that is born where nothing can be written watches what lives, says why it does no more, and goes on by itself:', () => {
  test.each([
    ['the disk is full', 'ENOSPC', /ENOSPC: the disk is full/],
    ['the quota is used up', 'EDQUOT', /EDQUOT: the quota/],
    ['the disk fails', 'EIO', /EIO: the disk fails/],
    ['the file system was mounted read-only', 'EROFS', /EROFS: the file system is read-only/],
  ])('%s', async (_, code, why) => {
    const hf = holdfast({ settings });
    const agent = await withTasks(hf);
    const { sick } = await beginOnSickDisk(hf, code);
    await goesThrough(hf, () => rmSync(sick), why);
    expect(isAlive(agent)).toBe(false); // it has ended by itself
  });
});

describe('a daemon at work that can write no more says so, promises nothing that is not written, and goes on by itself:', () => {
  test.each([
    ['the disk is full', 'ENOSPC'],
    ['the quota is used up', 'EDQUOT'],
    ['the disk fails', 'EIO'],
    ['the file system becomes read-only', 'EROFS'],
  ])('%s', async (_, code) => {
    const hf = holdfast({ settings });
    const { sick, pid } = await beginOnSickDisk(hf);
    const task = await hf.start('lives', script);
    await hf.sees('ready');
    const agent = await pidOf(task, 1, 'agent');
    writeFileSync(sick, code);
    for (const words of [
      ['start', 'demo', 'new', '--prompt', '@say hi'],
      ['stop', 'lives'],
    ])
      expect(await hf.cli(...words)).toMatchObject({
        code: 73,
        stdout: '',
        stderr: expect.stringMatching(new RegExp(`^holdfast: [^\\n]*${code}[^\\n]*\\n$`)),
      });
    expect(isAlive(agent), 'a stop that was not written down ends nobody').toBe(true);

    await killed(agent);
    await until(async () => JSON.stringify(await problems(hf)).includes(`task ${task.id}: ${code}`));
    expect((await hf.cli('list')).stdout).toMatch(new RegExp(`lives .*cannot be looked at: ${code}`));
    expect(await hf.task('lives'), 'no state that is not on disk').toMatchObject({ state: 'running', attempt: 1 });

    rmSync(sick);
    await until(async () => (await hf.task('lives')).attempt === 2);
    hf.touch('go');
    expect(await hf.end('lives')).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(hf.text('log')).toBe('one\ntwo\n');
    expect(await problems(hf)).toEqual([]);
    expect(await hf.daemonPid()).toBe(pid);
    await hf.cli('daemon', 'restart');
    expect((await hf.list()).map(({ name, state }) => `${name} ${state}`)).toEqual(['lives succeeded']);
    expect(existsSync(join(hf.state, 'quarantine'))).toBe(false);
  });
});

const mountable = process.geteuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;
if (!mountable) console.warn('NOT TESTED: a disk that is really full. Only root can mount a small one');

describe.runIf(mountable)('on a small disk of its own', () => {
  /** A holdfast with its state there. */
  function onSmallDisk() {
    const hf = holdfast({ settings });
    const disk = hf.inside('.local', 'state');
    mkdirSync(disk, { recursive: true, mode: 0o700 });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m,mode=0700', 'hf-test', disk]);
    onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    const ballast = join(disk, 'ballast');
    const fill = (): void => {
      for (const size of [65_536, 4096])
        while (spawnSync('sh', ['-c', `head -c ${size} /dev/zero >> ${ballast}`]).status === 0);
    };
    return { hf, disk, fill, empty: () => rmSync(ballast) };
  }

  test('that is full when the daemon starts', async () => {
    const { hf, fill, empty } = onSmallDisk();
    const agent = await withTasks(hf);
    fill();
    await goesThrough(hf, empty, /ENOSPC: the disk is full/);
    expect(isAlive(agent)).toBe(false);
  });

  test('that is full for eight commands at once, one daemon is left when there is room', async () => {
    const { hf, fill, empty } = onSmallDisk();
    await withTasks(hf);
    fill();
    const all = await Promise.all(Array.from({ length: 8 }, () => hf.cli('list')));
    expect(all.map(({ code }) => code)).toEqual(all.map(() => 0));
    empty();
    await until(async () => (await hf.cli('start', 'demo', 'new', '--prompt', '@say hi')).code === 0);
    await until(() => daemons(hf).length === 1);
    expect(daemons(hf)[0]?.pid).toBe(await hf.daemonPid());
  });

  test('that is full, the daemon ends when it is told to, and its agents live on', async () => {
    const { hf, fill } = onSmallDisk();
    const agent = await withTasks(hf);
    fill();
    await hf.cli('list');
    expect((await hf.cli('daemon', 'stop')).code).toBe(0);
    expect(daemons(hf)).toEqual([]);
    expect(existsSync(pathsHere(hf.env).socket), 'as after an orderly end').toBe(false);
    expect(isAlive(agent)).toBe(true);
  });

  test('an agent that dies while it is full is resumed once when there is room', async () => {
    const { hf, fill, empty } = onSmallDisk();
    const agent = await withTasks(hf);
    fill();
    await hf.cli('list');
    await killed(agent);
    hf.touch('go');
    empty();
    expect(await hf.end('lives')).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(hf.text('log')).toBe('one\ntwo\n');
  });

  test('that was mounted read-only, commands say so (73), and all is well when it is not any more', async () => {
    const { hf, disk } = onSmallDisk();
    await hf.start('over', ['@say hi']);
    await hf.end('over');
    await hf.killDaemon();
    await until(() => spawnSync('mount', ['-o', 'remount,ro', disk]).status === 0); // once nobody writes any more
    for (const words of [['list'], ['daemon', 'run']]) {
      const { code, stderr } = await hf.cli(...words);
      expect({ code, stderr }).toEqual({
        code: 73,
        stderr: expect.stringMatching(/^holdfast[^\n]+read-only[^\n]+\n$/),
      });
    }
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    expect((await hf.list()).map(({ name }) => name)).toEqual(['over']);
    expect(readFileSync(join(hf.state, 'daemon.stderr'), 'utf8')).not.toContain('Error');
  });
});
