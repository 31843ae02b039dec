import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createJournal, openJournal } from '../../src/daemon/journal.ts';
import { newTask } from '../../src/domain/task.ts';
import { makePrivateDir } from '../../src/protocol/private-dir.ts';
import { privateDirectory, readText, writeDurably } from '../../src/system/files.ts';
import { Disk } from './disk.ts';
import { current } from './disk-fs.ts';
import { cleared, ended, told } from './power-cuts/notices.ts';
import { afterEachPowerCut, type Promised } from './power-cuts/promised.ts';
import { damaged, forgotten, refused, retried, task } from './power-cuts/tasks.ts';

vi.mock('node:fs/promises', async () => (await import('./disk-fs.ts')).simulated);
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  ...(await import('./disk-fs.ts')).simulatedNow,
}));

beforeEach(() => {
  current.disk = new Disk();
  current.forgets = 'nothing';
});

const NOW = 1_800_000_000_000;
const TEXTS = [undefined, 'first, and long enough to be torn', 'second, and longer than that', 'third'];

const file: Promised = {
  work: async (acknowledge) => {
    for (const text of TEXTS.slice(1).map(String)) {
      await writeDurably('/file', text);
      acknowledge(text);
    }
  },
  look: async (acknowledged) => {
    const text = await readText('/file');
    expect(TEXTS.indexOf(text)).toBeGreaterThanOrEqual(TEXTS.indexOf(acknowledged.at(-1)));
  },
};

const directory: Promised = {
  work: async (acknowledge) => {
    makePrivateDir('/of/ours'); // by a command, before the first daemon
    await privateDirectory('/of/ours/and/its');
    await writeDurably('/of/ours/and/its/file', 'text');
    acknowledge('text');
  },
  look: async ([text]) => {
    if (text !== undefined) expect(await readText('/of/ours/and/its/file')).toBe(text);
  },
};

const entry = (seq: number) =>
  ({ epoch: 1, at: NOW, happening: { type: 'ticked' }, task: { ...newTask(NOW), seq } }) as const;

/** Longer than what is written over it. */
const failed = { ...entry(2), task: { ...newTask(NOW), seq: 2, phase: { state: 'failed', why: 'long' } } } as const;

const journal: Promised = {
  work: async (acknowledge) => {
    const made = await createJournal('/journal', '/', entry(0));
    acknowledge('0');
    for (const seq of [1, 2, 3]) {
      if (seq === 2) await openJournal('/journal').journal.append(failed); // whole, and yet nobody was told of it
      await made.append(entry(seq));
      acknowledge(String(seq));
    }
  },
  look: async (acknowledged) => {
    const seq = acknowledged.at(-1);
    if (seq === undefined) return; // no task yet: the store reads no journal before its spec
    const opened = openJournal('/journal');
    expect(opened.last.task.seq).toBeGreaterThanOrEqual(Number(seq));
    await opened.journal.append(entry(9)); // over what is torn
    const again = openJournal('/journal');
    expect(again.last).toMatchObject({ task: { seq: 9 }, line: opened.last.line + 1 });
  },
};

type Unsynced = readonly ('bytes' | 'names')[];
const both: Unsynced = ['bytes', 'names'];

/** What is promised, by what; of how many disks at least, and what must be synced for that. */
const promises: readonly (readonly [string, Promised, states: number, synced: Unsynced])[] = [
  ['a file written durably is old or new, whole, and not older than was acknowledged', file, 15, both],
  ['a file that was acknowledged is there in directories that were made for it', directory, 10, both],
  ['a journal is readable, can be written on, and lacks no line that was acknowledged', journal, 50, both],
  ['of a new task there is everything or nothing, and everything once it was acknowledged', task, 200, both],
  ['a task whose caller was told that it is refused does not run', refused, 100, ['names']],
  [
    'of a task that is forgotten there is all or nothing, and nothing once it was acknowledged',
    forgotten,
    50,
    ['names'],
  ],
  ['a damaged task is kept whole, in one place, with the reason', damaged, 12, both],
  ['a task whose retry was acknowledged goes on with the words of it', retried, 45, both],
  ['a notice of the outbox is readable and is sent, and not again once that was written down', told, 15, both],
  ['a settled notice that is cleared away is not sent again', cleared, 3, []],
  ['a daemon that has gone on after an orderly end is not taken for one that ended so', ended, 50, ['names']],
];

describe('after a power cut at any moment, and another while the next daemon looks at what is left,', () => {
  test.each(promises)('%s', async (_, promised, states) => {
    const found = await afterEachPowerCut(promised);
    console.log(`${found} different disks`);
    expect(found).toBeGreaterThan(states);
  });

  test.each(
    promises.flatMap(([sentence, promised, , synced]) => synced.map((what) => [sentence, what, promised] as const)),
  )('%s, which is untrue where %s are not synced', async (_, what, promised) => {
    current.forgets = what;
    await expect(afterEachPowerCut(promised, 1)).rejects.toThrow();
  });
});
