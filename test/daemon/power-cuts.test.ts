import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createJournal, openJournal } from '../../src/daemon/journal.ts';
import { openStore } from '../../src/daemon/store.ts';
import { parseTaskName } from '../../src/domain/ids.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import { newTask } from '../../src/domain/task.ts';
import { readText, writeDurably } from '../../src/system/files.ts';
import { Disk } from './disk.ts';
import { current, simulated } from './disk-fs.ts';

vi.mock('node:fs/promises', async () => (await import('./disk-fs.ts')).simulated);
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  ...(await import('./disk-fs.ts')).simulatedNow,
}));

beforeEach(() => {
  current.disk = new Disk();
  current.forgets = 'nothing';
});

/** What is written, when it is acknowledged, and what must be found after a power cut at any moment. */
interface Promised {
  readonly work: (acknowledge: (what: string) => void) => Promise<void>;
  readonly look: (acknowledged: readonly string[]) => Promise<void>;
}

/** Runs the work on an empty disk, then looks at everything different that a power cut may have left: how much was there? */
async function afterEachPowerCut({ work, look }: Promised): Promise<number> {
  const { disk } = current;
  await work((what) => disk.acknowledge(what));
  current.forgets = 'nothing';
  let states = 0;
  for (const remains of disk.afterPowerCuts()) {
    current.disk = remains.disk;
    states += 1;
    await look(remains.acknowledged);
  }
  return states;
}

const NOW = 1_800_000_000_000;
const TEXTS = [undefined, 'first, and long enough to be torn', 'second, and longer than that', 'third'];
const PROMPT = 'Mend the parser, please.';

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

const draft = {
  schema: 1,
  name: parseTaskName('parser'),
  agent: 'demo',
  session: 'demo-parser',
  cwd: '/',
  createdAt: NOW,
  labels: [],
  permissions: 'workspace',
  chosenId: '01a1fb4a-9c85-4483-b196-25e11e7ee3ad',
  prompt: { bytes: PROMPT.length, sha256: '' },
  policy: defaultPolicy,
} as const;

const task: Promised = {
  work: async (acknowledge) => {
    const store = await openStore('/');
    for (const dir of ['/', '/incoming', '/tasks']) await (await simulated.open(dir, 0)).sync(); // they are there for long
    await simulated.writeFile('/incoming/1', PROMPT);
    await store.accept(draft, { prompt: '/incoming/1', env: { A: '1' } }, 1);
    acknowledge('accepted');
  },
  look: async (acknowledged) => {
    const store = await openStore('/');
    const { tasks, quarantined } = await store.load();
    expect(quarantined).toEqual([]);
    const [held] = tasks;
    if (!held) return expect(acknowledged).toEqual([]);
    expect(held).toMatchObject({ spec: { name: 'parser' }, task: { phase: { state: 'pending' } } });
    expect(await readText(`${held.dir}/prompt.md`)).toBe(PROMPT);
    expect(await store.environmentOf(held)).toEqual({ A: '1' });
  },
};

const promises: readonly (readonly [string, Promised, states: number])[] = [
  ['a file written durably is old or new, whole, and not older than was acknowledged', file, 15],
  ['a journal is readable, can be written on, and lacks no line that was acknowledged', journal, 10],
  ['of a new task there is everything or nothing, and everything once it was acknowledged', task, 50],
];

describe('after a power cut at any moment', () => {
  test.each(promises)('%s', async (_, promised, states) => {
    const found = await afterEachPowerCut(promised);
    console.log(`${found} different disks`);
    expect(found).toBeGreaterThan(states);
  });

  test.each(
    promises.flatMap(([sentence, promised]) =>
      (['bytes', 'names'] as const).map((what) => [sentence, what, promised] as const),
    ),
  )('%s, which is untrue where %s are not synced', async (_, what, promised) => {
    current.forgets = what;
    await expect(afterEachPowerCut(promised)).rejects.toThrow();
  });
});
