import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { attemptFiles, readAttempt, readHost, recorded } from '../../src/drivers/attempt.ts';
import { isAlive, killed, processesSaying } from './processes.ts';
import { type Holdfast, holdfast, kindsOf, pidOf } from './rig.ts';
import { until } from './until.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OLD = fileURLToPath(new URL('../fixtures/state-0.1.0/', import.meta.url));
const textOf = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const settings = { tickSeconds: 0.5, resume: { baseMinutes: 0 } };
const script = ['@run echo one >> log', '@touch ready', '@wait go', '@run echo two >> log'];

/** The package of another version, with this runner, and the function that runs its commands. */
function otherVersion(hf: Holdfast, version: string, runner = `${textOf('src/runner/runner.sh')}# ${version}\n`) {
  const root = hf.inside('other');
  for (const name of ['bin', 'dist']) cpSync(join(ROOT, name), join(root, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const manifest: object = JSON.parse(textOf('package.json'));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ ...manifest, version }));
  writeFileSync(join(root, 'dist/runner/runner.sh'), runner);
  return (...words: string[]) =>
    execFileSync(process.execPath, [join(root, 'bin/holdfast.js'), ...words], {
      env: hf.env,
      cwd: hf.work,
      stdio: 'pipe',
    });
}

/** Finds the processes that run this script, of those that were put into the state. */
function runningFrom(hf: Holdfast, script: string): () => readonly number[] {
  const paths = readdirSync(join(hf.state, 'runner')).map((name) => join(hf.state, 'runner', name));
  const path = paths.find((each) => readFileSync(each, 'utf8') === script) ?? expect.fail('it was not put there');
  return () => processesSaying(path).map(({ pid }) => pid);
}

/** What was recorded, as if it had been in this home all along. */
function recordedIn(hf: Holdfast): void {
  const here = (name: string, target: string) => cpSync(join(OLD, name), target, { recursive: true });
  mkdirSync(hf.state, { recursive: true, mode: 0o700 });
  here('tasks', join(hf.state, 'tasks'));
  here('conversations', hf.inside('.local', 'share', 'holdfast-demo', 'conversations'));
  execFileSync('chmod', ['-R', 'go=', hf.inside('.local')]); // git keeps no modes
  const files = readdirSync(hf.inside('.local'), { recursive: true, encoding: 'utf8', withFileTypes: true });
  for (const file of files.filter((each) => each.isFile())) {
    const path = join(file.parentPath, file.name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('@HOME@', hf.home));
  }
  execFileSync('mkfifo', ['-m', '600', join(hf.state, 'tasks/alive-ERpKLQ/launch/1.fifo')]);
}

describe('a daemon of the next version', () => {
  test('takes over an agent at work, whose runner stays as it was, and resumes it with its own', async () => {
    const hf = holdfast({ settings });
    const task = await hf.start('kept', script);
    await hf.sees('ready');
    const agent = await pidOf(task, 1, 'agent');
    const runners = () => readdirSync(join(hf.state, 'runner'));
    const before = runners();
    const next = otherVersion(hf, '9.9.9');
    next('daemon', 'restart');
    expect(String(next('daemon', 'status'))).toMatch(/daemon +9\.9\.9/);
    expect(isAlive(agent)).toBe(true);
    expect(await hf.task('kept')).toMatchObject({ state: 'running', attempt: 1 });
    expect(runners()).toHaveLength(before.length + 1);
    expect(runners()).toEqual(expect.arrayContaining(before)); // a runner at work must find itself as it was

    await killed(agent);
    await pidOf(task, 2, 'agent');
    hf.touch('go');
    const done = await hf.end('kept');
    expect(done).toMatchObject({ state: 'succeeded', attempt: 2, conversation: task.conversation });
    expect(kindsOf(done)).toEqual(['fresh', 'resume']);
    expect(hf.text('log')).toBe('one\ntwo\n');
  });

  test('takes over what an attempt left that ended while no daemon ran', async () => {
    const hf = holdfast({ settings });
    const task = await hf.start('meanwhile', script);
    await hf.sees('ready');
    const runner = await pidOf(task, 1, 'runner');
    await hf.killDaemon();
    hf.touch('go');
    await until(() => !isAlive(runner));
    otherVersion(hf, '9.9.9')('daemon', 'start');
    expect(await hf.end('meanwhile')).toMatchObject({ state: 'succeeded', attempt: 1 });
  });
});

/** The scripts that panes of earlier versions may still run. */
const kept = readdirSync(join(ROOT, 'test/fixtures')).filter((name) => /^runner-.*\.sh$/.test(name));

test.each(kept)('%s, still at work, is taken over: its end is understood, its death is mended', async (name) => {
  const hf = holdfast({ settings: { ...settings, silence: { lingerSeconds: 1 } } });
  const runner = textOf(`test/fixtures/${name}`);
  otherVersion(hf, '0.0.1', runner)('daemon', 'start');
  const former = await hf.daemonPid();
  const begin = async (called: string, driver: string) => {
    const task = await hf.start(called, [`@touch ${called}`, '@wait go', '@run true'], '--driver', driver);
    await hf.sees(called);
    return { task, runner: await pidOf(task, 1, 'runner'), agent: await pidOf(task, 1, 'agent') };
  };
  const both = (called: string) => Promise.all([begin(called, 'print'), begin(`${called}-drawn`, 'tui')]);
  const [ends, dies] = await Promise.all([both('ends'), both('dies')]);
  const runByIt = runningFrom(hf, runner);
  expect(runByIt()).toEqual(expect.arrayContaining([...ends, ...dies].map((each) => each.runner)));

  await hf.cli('daemon', 'restart');
  expect(await hf.daemonPid()).not.toBe(former);
  for (const each of dies) await killed(each.runner);
  for (const { task } of dies) expect(runByIt()).not.toContain(await pidOf(task, 2, 'runner')); // what comes now is ours
  expect(runByIt()).toEqual(expect.arrayContaining(ends.map((each) => each.runner)));
  expect(ends.map(({ agent }) => isAlive(agent))).toEqual([true, true]);
  hf.touch('go');
  for (const { task } of ends)
    expect(await hf.end(task.id)).toMatchObject({ state: 'succeeded', attempt: 1, tools: 2 });
  for (const { task } of dies) {
    const mended = await hf.end(task.id);
    expect(mended).toMatchObject({ state: 'succeeded', attempt: 2, conversation: task.conversation });
    expect(kindsOf(mended)).toEqual(['fresh', 'resume']);
  }
});

describe('what version 0.1.0 left', () => {
  test('is taken over: what is over is known, what was at work is resumed in its conversation', async () => {
    const hf = holdfast({ settings });
    recordedIn(hf);
    expect((await hf.list()).map(({ name }) => name)).toEqual(['over', 'alive']);
    expect(await hf.task('over')).toMatchObject({ state: 'succeeded', attempt: 1, environment: ['TOKEN'] });
    hf.touch('go');
    const done = await hf.end('alive');
    expect(done).toMatchObject({ state: 'succeeded', conversation: '5584864b-658d-42c7-b842-489c67aa1c4f' });
    expect(kindsOf(done)).toEqual(['fresh', 'resume']);
    expect(hf.text('log')).toBe('two\n'); // the first had written its line at home
  });

  test('of an attempt says what it said then', async () => {
    const [alive, over] = [join(OLD, 'tasks/alive-ERpKLQ'), join(OLD, 'tasks/over-C1hN6C')];
    expect(await readAttempt(alive, 1)).toEqual({ claim: 'runner', bornAt: expect.any(Number), stderr: '' });
    expect(await readAttempt(over, 1)).toMatchObject({ claim: 'runner', exit: { status: 0 } });
    expect(await readHost(alive, 1)).toEqual({ boot: '02857494-7e20-4aed-9e39-5869a74e8cf3', server: 2172 });
    expect(await recorded(attemptFiles(alive, 1).runner)).toEqual({ pid: 2469, start: '1572285' });
    expect(await recorded(attemptFiles(alive, 1).agent)).toEqual({ pid: 2480, start: '1572289' });
  });
});

describe('what a newer version wrote', () => {
  const newer = (text: string): string => {
    const line = text.replace(/"v":1/, '"v":2');
    return `${crc32(line).toString(16).padStart(8, '0')} ${line}\n`;
  };
  test.each<[string, string, (text: string) => string]>([
    ['journal', 'journal.ndjson', (text) => text + newer(text.trimEnd().split('\n').at(-1)?.slice(9) ?? '')],
    ['spec', 'spec.json', (text) => text.replace('"schema":1', '"schema":2')],
  ])('(a %s) is refused with a clear text and left as it is, and the others go on', async (_, name, upgraded) => {
    const hf = holdfast({ settings });
    const { directory, id } = await hf.start('newer', ['@say hi']);
    await hf.end('newer');
    await hf.start('ours', ['@say hi', '@wait go']);
    await hf.cli('daemon', 'stop');
    const path = join(directory, name);
    const text = upgraded(readFileSync(path, 'utf8'));
    writeFileSync(path, text);
    const { stdout } = await hf.cli('list');
    expect(stdout).toContain('ours');
    expect(stdout).not.toContain('newer');
    const status = (await hf.cli('daemon', 'status')).stdout;
    expect(status).toMatch(new RegExp(`task ${id} cannot be read: written by a newer version.*upgrade holdfast`));
    expect(readFileSync(path, 'utf8')).toBe(text);
    hf.touch('go');
    await hf.end('ours');
    await hf.cli('daemon', 'restart');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
