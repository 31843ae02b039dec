import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Happening } from '../domain/happening.ts';
import { STATES, type Task } from '../domain/task.ts';
import { failpoint } from '../system/failpoint.ts';
import { NotOurFileError, readBytes, syncDirectory } from '../system/files.ts';
import { inOrder, type Place } from './order.ts';

/** One line: what happened, and the state that followed from it, so that a later version re-decides nothing. */
export interface Entry {
  readonly v: 1;
  /** Counts the lines from 0. */
  readonly line: number;
  /** The generation of the daemon that wrote it. */
  readonly epoch: number;
  /** Counts the lines that one daemon writes, whatever their task; versions before this one did not. */
  readonly order?: number;
  readonly at: number;
  readonly happening: Happening | { readonly type: 'accepted' };
  readonly task: Task;
}

/** A journal that cannot be trusted as a whole; its task is set aside, the others go on. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/** A journal of a version that this one cannot read. */
export class NewerJournalError extends Error {
  override readonly name = 'NewerJournalError';
}

/** A thousand attempts take 6 MB. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Through no symbolic link, and into no FIFO, which would make us wait for its reader. */
const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
const TO_APPEND = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;

const count = z.number().int().nonnegative();
const shape = z.looseObject({
  v: z.literal(1),
  line: count,
  epoch: count,
  order: count.optional(),
  at: z.number(),
  happening: z.looseObject({ type: z.string() }),
  task: z.looseObject({
    seq: count,
    run: count,
    attempt: count,
    tries: count,
    fails: count,
    fastDeaths: count,
    reissues: count,
    spentMs: z.number(),
    since: z.number(),
    denied: count,
    detached: z.boolean(),
    phase: z.looseObject({ state: z.enum(STATES) }),
  }),
});

/** The truth about one task: checksummed lines, each on disk before anything follows from it. */
export interface Journal {
  readonly entries: () => Promise<readonly Entry[]>;
  readonly append: (entry: Draft) => Promise<void>;
  /** The place of the last entry, so that who looks for news need not read all. */
  readonly end?: () => Place;
}

/** An entry without what the journal itself adds. */
type Draft = Omit<Entry, 'v' | 'line' | 'order'>;

/** Makes the journal of a new task with its first entry. */
export async function createJournal(path: string, directory: string, first: Draft): Promise<Journal> {
  const journal = journalFrom(path, { line: 0, bytes: 0, place: { epoch: first.epoch, order: 0 } });
  await journal.append(first);
  await syncDirectory(directory);
  return journal;
}

/** A journal that was there, and how it ends. */
export interface Opened {
  readonly journal: Journal;
  readonly last: Entry;
  readonly previous?: Entry;
}

/** Opens a journal and tells the state it ends in. A torn last line is a write that was never acknowledged: it goes. */
export async function openJournal(path: string): Promise<Opened> {
  const { entries, bytes } = parse(await bytesOf(path));
  const last = entries.at(-1);
  if (!last) throw new JournalError('the journal holds no entry');
  const previous = entries.at(-2);
  const place = { epoch: last.epoch, order: last.order ?? 0 };
  return {
    journal: journalFrom(path, { line: entries.length, bytes, place }),
    last,
    ...(previous ? { previous } : {}),
  };
}

function journalFrom(path: string, end: { line: number; bytes: number; place: Place }): Journal {
  const write = async (entry: Draft, order: number): Promise<void> => {
    failpoint();
    const text = JSON.stringify({ v: 1, line: end.line, order, ...entry });
    const data = Buffer.from(`${checksum(text)} ${text}\n`);
    const file = await open(path, TO_APPEND, 0o600);
    try {
      const { size } = await file.stat();
      if (size < end.bytes) throw new JournalError(`${path} is shorter than it was: somebody else wrote to it`);
      if (size > end.bytes) await file.truncate(end.bytes); // what an earlier failure left
      await file.writeFile(data);
      failpoint();
      await file.datasync();
    } finally {
      await file.close();
    }
    end.bytes += data.length;
    end.line += 1;
    end.place = { epoch: entry.epoch, order };
    failpoint();
  };
  return {
    entries: async () => parse(await bytesOf(path)).entries,
    append: (entry) => inOrder((order) => write(entry, order)),
    end: () => end.place,
  };
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    const bytes = await readBytes(path, MOST_BYTES);
    if (bytes) return bytes;
  } catch (error) {
    if (error instanceof NotOurFileError) throw new JournalError(error.message, { cause: error });
    throw error;
  }
  throw new JournalError(`there is no ${path}`);
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/** The entries, and how many bytes they take: what follows these is torn. Throws on damage anywhere else. */
export function parse(data: Buffer): { readonly entries: readonly Entry[]; readonly bytes: number } {
  const entries: Entry[] = [];
  let bytes = 0;
  for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10, bytes)) {
    const line = data.toString('utf8', bytes, end);
    const entry = read(line, entries.length);
    if (!entry) {
      if (end === data.length - 1 && entries.length > 0) break; // the last line: written, not acknowledged
      throw new JournalError(`line ${entries.length + 1}: the checksum does not match`);
    }
    entries.push(entry);
    bytes = end + 1;
  }
  return { entries, bytes };
}

/** Nothing where a line is not as it was written; throws where it is, and cannot be the next. */
function read(line: string, expected: number): Entry | undefined {
  const text = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(text)) return undefined;
  const json: unknown = JSON.parse(text); // the checksum says that these are the bytes we wrote
  const version = z.object({ v: z.number() }).safeParse(json);
  if (version.success && version.data.v > 1) {
    throw new NewerJournalError(
      `written by a newer version of holdfast (journal version ${version.data.v}): upgrade holdfast`,
    );
  }
  const parsed = shape.safeParse(json);
  if (!parsed.success) throw new JournalError(`line ${expected + 1}: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.line !== expected)
    throw new JournalError(`line ${expected + 1}: line ${parsed.data.line} stands where ${expected} is due`);
  return json as Entry; // the checksum proves it ours, the shape proves what we rely on
}
