import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LaunchError } from '../domain/driver.ts';
import { parseTaskId, type TaskId } from '../domain/ids.ts';
import type { Step } from '../domain/notice.ts';
import { isFinal, newTask, type Spec } from '../domain/task.ts';
import { failpoint } from '../system/failpoint.ts';
import {
  hasCode,
  NotOurFileError,
  privateDirectory,
  readText,
  syncDirectory,
  useBytesNow,
  writeDurably,
} from '../system/files.ts';
import { alike } from './alike.ts';
import { type Digest, isOld, readDigest, writeDigest } from './digest.ts';
import { forget, isForgotten } from './forget.ts';
import type { Held } from './held.ts';
import { createJournal, type Entry, JournalError, openJournal } from './journal.ts';
import { setAside } from './quarantine.ts';
import { agentOf, readSpec } from './spec.ts';
import { mustBeUnaccepted, withdraw } from './unaccepted.ts';

const DAY_MS = 86_400_000;
/** Shortest time between two writes of the digest, ms: one takes 0.8 s of CPU for 10,000 tasks (Node 20), and each forgotten task asks for one. */
const RENEW_MS = 60_000;

/** A task that cannot be read: kept, and told. */
export interface Quarantined {
  readonly id: string;
  readonly why: string;
}

/** What lies on disk: the tasks, and what could not be read of them. */
export interface Loaded {
  readonly tasks: readonly Held[];
  readonly quarantined: readonly Quarantined[];
}

/** The tasks on disk. Everything is readable by us alone. */
export interface Store {
  /** Makes the directory of a new task, unguessable, with its prompt; a task exists from the moment its spec is on disk. */
  readonly accept: (draft: Omit<Spec, 'id'>, files: NewFiles, epoch: number) => Promise<Held>;
  /** Reads everything, sets aside what is damaged, and clears away what was never accepted. */
  readonly load: () => Promise<Loaded>;
  /** Reads everything and changes nothing. */
  readonly peek: () => Promise<Loaded>;
  readonly forget: (held: Held) => Promise<void>;
  /** Keeps together what the next load reads of the tasks that have ended, where that was not done lately. */
  readonly digest: (tasks: readonly Held[]) => Promise<void>;
  readonly environmentOf: (held: Pick<Held, 'dir'>) => Promise<Record<string, string>>;
}

/** What a task is made of beside its spec. `prompt` is a file that is taken over. */
export interface NewFiles {
  readonly prompt: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Opens the store in a state directory, for a daemon of this version. */
export async function openStore(stateDir: string, version = ''): Promise<Store> {
  await privateDirectory(join(stateDir, 'tasks'));
  await sweepIncoming(join(stateDir, 'incoming'));
  const unfinished = join(stateDir, 'ended.digest.tmp'); // of a daemon that died over it
  await rm(unfinished, { force: true, recursive: true }).catch(() => undefined);
  return storeIn(stateDir, version);
}

/** The store that should lie in a state directory; nothing is touched before it is asked for. */
export function storeIn(stateDir: string, version = ''): Store {
  const tasks = join(stateDir, 'tasks');
  const quarantine = join(stateDir, 'quarantine');
  const together = join(stateDir, 'ended.digest');
  let digest: Pick<Digest, 'within' | 'good'> = { within: new Set(), good: new Set() };
  let renewedAt = Number.NEGATIVE_INFINITY;

  const accept: Store['accept'] = async (draft, { prompt, env }, epoch) => {
    const dir = await mkdtemp(join(tasks, `${draft.name}-`));
    const id = dir.slice(tasks.length + 1) as TaskId; // made from a task name by mkdtemp, as ids are
    const made: Spec = { ...draft, id };
    failpoint();
    await mkdir(join(dir, 'attempts'), { mode: 0o700 });
    await rename(prompt, join(dir, 'prompt.md'));
    failpoint();
    await sync(join(dir, 'prompt.md'));
    await writeDurably(join(dir, 'env.json'), JSON.stringify(env));
    const task = newTask(draft.createdAt);
    const first = { epoch, at: draft.createdAt, happening: { type: 'accepted' }, task } as const;
    const journal = await createJournal(join(dir, 'journal.ndjson'), dir, first);
    const promise = async () => {
      await writeDurably(join(dir, 'spec.json'), JSON.stringify(made));
      await syncDirectory(tasks);
    };
    await promise().catch((error: unknown) => withdraw(dir, id, error));
    return { spec: made, agent: agentOf(made), dir, journal, task };
  };

  const readAll = async (mend: Mend): Promise<Loaded> => {
    const found: Held[] = [];
    const quarantined: Quarantined[] = [];
    const once = alike();
    const { recall, ...known } = readDigest(together, version);
    digest = known;
    for (const id of await readdir(tasks).catch(none)) {
      const dir = `${tasks}/${id}`; // join takes its time: ten thousand are read before the first answer
      try {
        const held = await readTask(dir, id, once, recall);
        if (held) found.push(held);
        else await mend.forget(dir);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        quarantined.push({ id, why });
        if (isDamage(error)) await mend.setAside(dir, id, why);
      }
    }
    return { tasks: found, quarantined };
  };

  return {
    accept,
    load: () =>
      readAll({
        forget: (dir) => rm(dir, { recursive: true, force: true }), // never acknowledged, or half forgotten
        setAside: (dir, id, why) => setAside(quarantine, dir, id, why),
      }),
    peek: () => readAll({ forget: async () => undefined, setAside: async () => undefined }),
    forget: ({ dir }) => forget(dir),
    digest: async (held) => {
      if (performance.now() - renewedAt < RENEW_MS || !isOld(digest, held)) return;
      renewedAt = Number.POSITIVE_INFINITY; // until it is written
      const ended = held.filter(({ task }) => isFinal(task.phase));
      const ids = new Set(ended.map(({ spec: { id } }) => id));
      digest = { within: ids, good: ids }; // whatever comes of it: a full disk is not asked at each tick
      await writeDigest(together, version, ended).finally(() => {
        renewedAt = performance.now();
      });
    },
    environmentOf: ({ dir }) => environmentIn(join(dir, 'env.json')),
  };
}

/** No names where the directory is not there, because nothing was ever accepted; any other error is thrown. */
const none = (error: unknown): string[] => {
  if (hasCode(error, 'ENOENT')) return [];
  throw error;
};

type Once = ReturnType<typeof alike>;

/** What is done about directories that hold no task, or a damaged one. */
interface Mend {
  readonly forget: (dir: string) => Promise<void>;
  readonly setAside: (dir: string, id: string, why: string) => Promise<void>;
}

/** Is the task damaged for good? What the machine could not read just now, or this version does not understand, may pass. */
const isDamage = (error: unknown): boolean => error instanceof JournalError || error instanceof NotOurFileError;

async function readTask(dir: string, id: string, once: Once, recall: Digest['recall']): Promise<Held | undefined> {
  if (isForgotten(id)) return undefined;
  const copy = recall(id, dir);
  const made = copy?.spec ?? specIn(dir, id);
  if (made === undefined) {
    await mustBeUnaccepted(dir);
    return undefined;
  }
  const spec = copy ? made : shared(made, once);
  const { journal, last, previous } = openJournal(`${dir}/journal.ndjson`, copy?.end);
  const found = (): Step | undefined => {
    const before = previous();
    return before && stepOf(spec, before, last);
  };
  return { spec, agent: agentOf(spec), dir, journal, task: last.task, found };
}

function specIn(dir: string, id: string): Spec | undefined {
  const text = useBytesNow(`${dir}/spec.json`, (bytes) => bytes.toString('utf8'));
  if (text === undefined) return undefined;
  const made = readSpec(text);
  if (parseTaskId(id) !== made.id) throw new JournalError(`spec.json names the task ${made.id}`);
  return made;
}

/** Makes specs with equal settings share them, which saves a third of their memory. */
const shared = (made: Spec, once: Once): Spec => ({
  ...made,
  policy: once(made.policy),
  ...(made.resumePrompt === undefined ? {} : { resumePrompt: once(made.resumePrompt) }),
});

/** An agent without the variables that its operator gave it would work with other keys, or none: it is not started. */
async function environmentIn(path: string): Promise<Record<string, string>> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse((await readText(path)) ?? ''));
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof z.ZodError || cause instanceof NotOurFileError)) throw cause;
    const why = `${path}, which keeps the variables of this task, is damaged: start the task anew`;
    throw new LaunchError(why, { permanent: true }); // without its cause, which quotes what it could not parse
  }
}

function stepOf(made: Spec, { task: before }: Entry, { task: after, happening, at }: Entry): Step | undefined {
  return happening.type === 'accepted' ? undefined : { spec: made, before, after, happening, at };
}

/** Prompts whose task was never accepted are kept for a day: a CLI may be writing one just now. */
async function sweepIncoming(directory: string): Promise<void> {
  await privateDirectory(directory);
  const before = Date.now() - DAY_MS;
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    if ((await stat(path)).mtimeMs < before) await rm(path, { recursive: true, force: true });
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  await file.sync();
  await file.close();
}
