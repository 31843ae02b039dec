import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isOld } from '../../src/daemon/digest.ts';
import type { Held } from '../../src/daemon/held.ts';
import { openStore } from '../../src/daemon/store.ts';
import { parseTaskName } from '../../src/domain/ids.ts';
import { newTask, type Task } from '../../src/domain/task.ts';
import * as files from '../../src/system/files.ts';
import { heldIn } from './samples.ts';

const sick = vi.hoisted(() => ({ path: '' }));
vi.mock('../../src/system/files.ts', async (original) => {
  const real = await original<typeof import('../../src/system/files.ts')>();
  const useBytesNow = vi.fn((...words: Parameters<typeof real.useBytesNow>) => {
    if (words[0] === sick.path) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
    return real.useBytesNow(...words);
  });
  return { ...real, useBytesNow };
});

let state = '';
let file = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'hf-digest-'));
  file = join(state, 'ended.digest');
});
afterEach(() => {
  sick.path = '';
  rmSync(state, { recursive: true, force: true });
});

const AT = 1_800_000_000_000;

async function accept(name: string): Promise<Held> {
  const store = await openStore(state);
  const prompt = join(state, 'incoming', name);
  writeFileSync(prompt, 'Mend it.');
  const { id: _, ...sample } = heldIn(state, newTask(AT)).spec;
  const own = {
    name: parseTaskName(name),
    session: `demo-${name}`,
    cwd: '/größe',
    createdAt: AT,
    resumePrompt: 'Go on.',
  };
  const draft = { ...sample, ...own };
  return await store.accept(draft, { prompt, env: {} }, 1);
}

async function come(held: Held, phase: Task['phase']): Promise<void> {
  held.task = { ...held.task, seq: held.task.seq + 1, phase };
  await held.journal.append({ epoch: 1, at: AT, happening: { type: 'ticked' }, task: held.task });
}

async function ended(name: string): Promise<Held> {
  const held = await accept(name);
  await come(held, { state: 'succeeded', why: 'exit 0 and the final event' });
  return held;
}

/** As a daemon that had many: 200 are asked for before it is written. */
async function digest(tasks: readonly Held[], version = '1.0.0'): Promise<void> {
  const store = await openStore(state, version);
  const absent = (n: number) => ({ ...tasks[0], spec: { ...tasks[0]?.spec, id: `absent-${n}` }, dir: '/nowhere' });
  await store.digest([...tasks, ...Array.from({ length: 200 }, (_, n) => absent(n) as Held)]);
}

/** What the next daemon finds, and of which tasks it opened the journal for it. */
async function boot(version = '1.0.0') {
  const look = vi.mocked(files.useBytesNow).mockClear();
  const { tasks, quarantined } = await (await openStore(state, version)).load();
  const opened = look.mock.calls.flatMap(([path]) => (path.endsWith('.ndjson') ? [path.split('/').at(-2)] : []));
  const told = quarantined.map(({ id, why }) => `${id}: ${why}`);
  const sorted = [...tasks].sort((a, b) => a.spec.name.localeCompare(b.spec.name));
  return { tasks: sorted, opened, told };
}

/** With the checksum that says that it is whole. */
const sign = (text: string) => `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;

const lastLine = (dir: string) => readFileSync(join(dir, 'journal.ndjson'), 'utf8').trim().split('\n').at(-1);

describe('what is known of tasks that have ended', () => {
  test('is found again by the next daemon without a look into their files, and is all that they hold', async () => {
    const [one, other, live] = [await ended('one'), await ended('other'), await accept('live')];
    const before = await boot();
    await digest([one, other, live]);
    const { tasks, opened, told } = await boot();
    expect({ opened, told }).toEqual({ opened: [live.spec.id], told: [] });
    expect(tasks.map(({ spec, task }) => ({ spec, task }))).toEqual(
      before.tasks.map(({ spec, task }) => ({ spec, task })),
    );
    expect(tasks.map((held) => held.found?.())).toEqual(before.tasks.map((held) => held.found?.()));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('is what a journal goes on from', async () => {
    await digest([await ended('one')]);
    const [held] = (await boot()).tasks;
    await come(held as Held, { state: 'pending' });
    expect(lastLine(held?.dir ?? '')).toMatch(/"line":2,.*"state":"pending"/);
    const { tasks, opened } = await boot();
    expect(opened).toEqual([held?.spec.id]);
    expect(tasks[0]?.task.phase).toEqual({ state: 'pending' });
  });
});

describe('it proves nothing: read anew is', () => {
  const change = (from: string, to: string) => writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  test.each<[string, (journal: string) => unknown, RegExp[]]>([
    ['a journal that was damaged since', (journal) => writeFileSync(journal, 'no\n'), [/^one-.*checksum/]],
    ['a journal that is gone', (journal) => rmSync(journal), [/^one-.*there is no/]],
    ['a journal with a torn line', (journal) => appendFileSync(journal, '0'), []],
    ['a journal that only looks the same', (journal) => writeFileSync(journal, readFileSync(journal)), []],
    ['what a damaged line is about', () => change('exit 0 and', 'exit 1 and'), []],
    ['all, where the line that all share is damaged', () => change('"by":"1', '"by":"2'), []],
    ['all, where it is torn', () => writeFileSync(file, readFileSync(file).subarray(0, 40)), []],
    ['all, where it is empty', () => writeFileSync(file, ''), []],
    ['all, where it is gone', () => rmSync(file), []],
    ['all, where it is no JSON', () => writeFileSync(file, '00000000 \n'), []],
    ["all, where it is somebody else's JSON", () => writeFileSync(file, sign('null') + sign('{"id":"","by":7}')), []],
    ['all, where the disk does not give it', () => Object.assign(sick, { path: file }), []],
    ['all, where a directory is in its place', () => [rmSync(file), mkdirSync(file)], []],
    ['all, where a link is in its place', () => [rmSync(file), symlinkSync('/dev/zero', file)], []],
  ])('%s', async (_, harm, says) => {
    const one = await ended('one');
    await digest([one]);
    harm(join(one.dir, 'journal.ndjson'));
    const { tasks, opened, told } = await boot();
    expect(opened).toContain(one.spec.id);
    expect(told).toEqual(says.map((each) => expect.stringMatching(each)));
    const whys = tasks.map(({ task: { phase } }) => 'why' in phase && phase.why);
    expect(whys).toEqual(says.length > 0 ? [] : ['exit 0 and the final event']);
  });

  test('all, by another version, which may understand it otherwise', async () => {
    const one = await ended('one');
    await digest([one], '0.9.0');
    expect((await boot('1.0.0')).opened).toEqual([one.spec.id]);
    expect((await boot('0.9.0')).opened).toEqual([]);
  });
});

describe('it is written', () => {
  const held = (n: number, phase: Task['phase']) => ({ spec: { id: `${n}` }, task: { phase } }) as Held;
  const tasks = (count: number, state: 'pending' | 'succeeded' = 'succeeded') =>
    Array.from({ length: count }, (_, n) => held(n, state === 'pending' ? { state } : { state, why: '' }));
  const ids = (count: number) => tasks(count).map(({ spec }) => spec.id);
  test.each<[string, string[], string[], Held[], boolean]>([
    ['not for a few tasks', [], [], tasks(199), false],
    ['for many', [], [], tasks(200), true],
    ['not for many that live', [], [], tasks(200, 'pending'), false],
    ['not for many that it has', ids(200), ids(200), tasks(200), false],
    ['for many that it had, and that have lived again', ids(200), [], tasks(200), true],
    ['not because one lives again', ['0'], [], tasks(1, 'pending'), false],
    ['without the one that was forgotten', ['0', '1', 'pruned'], ['0', '1'], tasks(2), true],
    ['without the one that was forgotten, where another version wrote it', ['', '0', 'pruned'], [], tasks(1), true],
    ['not where nothing was forgotten, and another version wrote it', ['', '0'], [], tasks(1), false],
  ])('%s', (_, within, good, all, old) =>
    expect(isOld({ within: new Set(within), good: new Set(good) }, all)).toBe(old),
  );

  test('anew without what was forgotten, and without a look into the files of the others', async () => {
    const [one, other] = [await ended('one'), await ended('other')];
    await digest([one, other]);
    const store = await openStore(state, '1.0.0');
    await store.load();
    await store.forget(one);
    vi.mocked(files.useBytesNow).mockClear();
    await store.digest([other]);
    const opened = vi.mocked(files.useBytesNow).mock.calls.map(([path]) => path);
    expect(opened).toEqual([file]);
    expect(readFileSync(file, 'utf8')).not.toContain(one.spec.id);
    expect((await boot()).opened).toEqual([]);
  });

  test('not at each tick', async () => {
    const [one, other] = [await ended('one'), await ended('other')];
    await digest([one, other]);
    const store = await openStore(state, '1.0.0');
    await store.load();
    await store.digest([other]);
    await store.digest([]);
    expect(readFileSync(file, 'utf8')).toContain(other.spec.id);
  });

  test('not, where the disk takes nothing: it is told once, and nothing of it is left', async () => {
    mkdirSync(file);
    writeFileSync(join(file, 'full'), '');
    const store = await openStore(state);
    await expect(store.digest(tasks(200))).rejects.toThrow(/EISDIR|ENOTEMPTY/);
    await store.digest(tasks(200));
    expect(readdirSync(state).filter((name) => name.includes('digest'))).toEqual(['ended.digest']);
  });

  test('not, where the disk takes nothing, and then what was forgotten is not kept either', async () => {
    const [one, other] = [await ended('one'), await ended('other')];
    await digest([one, other]);
    const store = await openStore(state, '1.0.0');
    await store.load();
    await store.forget(one);
    mkdirSync(`${file}.tmp`);
    await expect(store.digest([other])).rejects.toThrow('EISDIR');
    expect(existsSync(file)).toBe(false);
    expect((await boot()).opened).toEqual([other.spec.id]);
  });
});
