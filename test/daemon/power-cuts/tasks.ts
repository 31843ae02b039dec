import { expect } from 'vitest';
import type { Context } from '../../../src/daemon/context.ts';
import { retry } from '../../../src/daemon/handlers/retry.ts';
import type { Held } from '../../../src/daemon/held.ts';
import { openStore } from '../../../src/daemon/store.ts';
import { Supervisor } from '../../../src/daemon/supervisor.ts';
import { wordsAskedOf } from '../../../src/daemon/words.ts';
import { parseTaskName } from '../../../src/domain/ids.ts';
import { defaultPolicy } from '../../../src/domain/policy.ts';
import { newTask } from '../../../src/domain/task.ts';
import { readText } from '../../../src/system/files.ts';
import { current, simulated } from '../disk-fs.ts';
import type { Promised } from './promised.ts';

const NOW = 1_800_000_000_000;
const PROMPT = 'Mend the parser, please.';
const WORDS = 'And its tests, this time.';

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

/** Accepts a task in directories that are there for long. */
async function accept() {
  const store = await openStore('/');
  await simulated.writeFile('/incoming/1', PROMPT);
  const prepared = current.disk;
  return { store, prepared, accepted: () => store.accept(draft, { prompt: '/incoming/1', env: { A: '1' } }, 1) };
}

/** A task that was accepted long ago. */
async function longAgo() {
  const { store, accepted } = await accept();
  const held = await accepted();
  current.disk.settle();
  return { store, held };
}

/** What a start finds, of which nothing may be damaged. */
async function found(): Promise<{ readonly held: Held | undefined }> {
  const { tasks, quarantined } = await (await openStore('/')).load();
  expect(quarantined).toEqual([]);
  expect(await simulated.readdir('/tasks')).toEqual(tasks.map(({ spec }) => spec.id));
  return { held: tasks[0] };
}

async function expectWhole(held: Held): Promise<void> {
  expect(held).toMatchObject({ spec: { name: 'parser' } });
  expect(await readText(`${held.dir}/prompt.md`)).toBe(PROMPT);
  expect(await (await openStore('/')).environmentOf(held)).toEqual({ A: '1' });
}

export const task: Promised = {
  work: async (acknowledge) => {
    const { accepted } = await accept();
    await accepted();
    acknowledge('accepted');
  },
  look: async (acknowledged) => {
    const { held } = await found();
    if (!held) return expect(acknowledged).toEqual([]);
    expect(held.task.phase).toEqual({ state: 'pending' });
    await expectWhole(held);
  },
};

export const refused: Promised = {
  work: async (acknowledge) => {
    const { accepted } = await accept();
    current.sick = '/tasks';
    await expect(accepted()).rejects.toThrow(/^EIO/);
    current.sick = undefined;
    acknowledge('refused');
  },
  look: async (acknowledged) => {
    const { held } = await found();
    if (held) expect(acknowledged).toEqual([]);
  },
};

export const forgotten: Promised = {
  work: async (acknowledge) => {
    const { store, held } = await longAgo();
    await store.forget(held);
    acknowledge('forgotten');
  },
  look: async (acknowledged) => {
    const { held } = await found();
    if (!held) return;
    expect(acknowledged).toEqual([]);
    await expectWhole(held);
  },
};

const DAMAGE = 'no journal at all\n';
const FILES = ['attempts', 'env.json', 'journal.ndjson', 'prompt.md', 'reason.txt', 'spec.json'];

export const damaged: Promised = {
  work: async (acknowledge) => {
    const { store, held } = await longAgo();
    const journal = `${held.dir}/journal.ndjson`;
    await simulated.truncate(journal, 0);
    await simulated.writeFile(journal, DAMAGE);
    current.disk.settle();
    const { quarantined } = await store.load();
    expect(quarantined.map(({ id }) => id)).toEqual([held.spec.id]);
    acknowledge('set aside');
  },
  look: async () => {
    const store = await openStore('/');
    const { tasks } = await store.load(); // sets it aside where that is not done
    expect(tasks).toEqual([]);
    expect(await simulated.readdir('/tasks')).toEqual([]);
    const [kept = '', ...more] = await simulated.readdir('/quarantine');
    expect(more).toEqual([]);
    expect((await simulated.readdir(`/quarantine/${kept}`)).filter((name) => !name.endsWith('.tmp')).sort()).toEqual(
      FILES,
    );
    expect(await readText(`/quarantine/${kept}/journal.ndjson`)).toBe(DAMAGE);
    expect(await readText(`/quarantine/${kept}/prompt.md`)).toBe(PROMPT);
    expect(await readText(`/quarantine/${kept}/reason.txt`)).toMatch(/^line 1: [^\n]+\n$/);
    expect((await store.load()).quarantined, 'once').toEqual([]);
  },
};

/** A real supervisor in which no place is free: what is begun is not launched. */
const idle = () =>
  new Supervisor({
    driver: {},
    signals: [],
    epoch: 2,
    now: () => NOW,
    maxConcurrent: 0,
    log: { info: () => undefined, error: () => undefined },
    changed: () => undefined,
  } as never); // all that is asked of a task that waits for a place

export const retried: Promised = {
  work: async (acknowledge) => {
    const { held } = await longAgo();
    held.task = { ...newTask(NOW), seq: 1, attempt: 1, phase: { state: 'failed', why: 'exit 1' } };
    await held.journal.append({ epoch: 1, at: NOW, happening: { type: 'ticked' }, task: held.task });
    current.disk.settle();
    const supervisor = idle();
    supervisor.add(held);
    const context = { supervisor, paths: { incomingDir: '/incoming' } } as unknown as Context; // all that a retry uses of it
    await retry(context, { task: 'parser', prompt: WORDS, consent: false });
    acknowledge('retried');
  },
  look: async (acknowledged) => {
    const { held } = await found();
    if (!held) return expect.fail('it is gone');
    await expectWhole(held);
    if (held.task.phase.state === 'failed') return expect(acknowledged).toEqual([]);
    expect(held.task.phase.state).toBe('pending');
    expect((await wordsAskedOf(held))?.toString()).toBe(WORDS);
  },
};
