import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Happening } from '../domain/happening.ts';
import { STATES, type Task } from '../domain/task.ts';
import { failpoint } from '../system/failpoint.ts';
import { NotOurFileError, readBytes, syncDirectory, useBytesNow } from '../system/files.ts';
import { inOrder, type Place } from './sequence.ts';

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

/** Eight digits and a space. */
const CHECKSUM_BYTES = 9;
/** A thousand attempts take 6 MB. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Opens the journal through no symbolic link, and into no FIFO, which would make us wait for its reader. */
const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
const TO_APPEND = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;

const versioned = z.object({ v: z.number() }); // once: zod compiles a schema when it is first used
const count = z.number().int().nonnegative();
/** Looks, and its copy is thrown away: the less it copies the better. */
const shape = z.object({
  v: z.literal(1),
  line: count,
  epoch: count,
  order: count.optional(),
  at: z.number(),
  happening: z.object({ type: z.string() }),
  task: z.object({
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
    phase: z.object({ state: z.enum(STATES) }),
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
  /** The entry before it, where there is one: read when it is asked for, before anything is appended. */
  readonly previous: () => Entry | undefined;
}

/** How a journal ends: its lines, the bytes they take (what follows is torn), and the last of them. */
export interface End {
  readonly lines: number;
  readonly bytes: number;
  readonly last: Entry;
}

/**
 * Reads how a journal ends; a torn last line goes. Every checksum is looked at, but only the last line is understood: ten
 * thousand journals are opened before the first answer.
 */
export const endOf = (path: string): End =>
  lent(path, (data) => {
    const { lines, bytes, textOf } = linesOf(data);
    const text = textOf(lines - 1);
    if (text === undefined) throw new JournalError('the journal holds no entry');
    return { lines, bytes, last: read(text, lines - 1) };
  });

/** Opens a journal that ends so, and tells the state it ends in. */
export function openJournal(path: string, { lines, bytes, last }: End = endOf(path)): Opened {
  const place = { epoch: last.epoch, order: last.order ?? 0 };
  return {
    journal: journalFrom(path, { line: lines, bytes, place }),
    last,
    previous: () => {
      const text = lines < 2 ? undefined : lent(path, (data) => linesOf(data).textOf(lines - 2));
      return text === undefined ? undefined : read(text, lines - 2);
    },
  };
}

/** What whole lines there are, each with a right checksum; the texts of the last two. */
function linesOf(data: Buffer) {
  const places: { readonly start: number; readonly end: number }[] = [];
  let lines = 0;
  const bytes = eachLine(data, (start, end) => {
    const usual = `{"v":1,"line":${lines},`; // as we write them; anything else is looked at
    if (data.toString('latin1', start, start + usual.length) !== usual) read(data.toString('utf8', start, end), lines);
    places[lines % 2] = { start, end };
    lines += 1;
  });
  const textOf = (line: number): string | undefined => {
    const place = places[line % 2];
    return line < 0 || !place ? undefined : data.toString('utf8', place.start, place.end);
  };
  return { lines, bytes, textOf };
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
      if (size > end.bytes) {
        await file.truncate(end.bytes); // what an earlier failure left
        await file.datasync(); // or a loss of power may mix it with what is written over it
      }
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
    return there(path, await readBytes(path, MOST_BYTES));
  } catch (error) {
    throw damaged(error);
  }
}

function lent<T>(path: string, use: (data: Buffer) => T): T {
  try {
    return there(
      path,
      useBytesNow(path, (data) => ({ value: use(data) }), MOST_BYTES),
    ).value;
  } catch (error) {
    throw damaged(error);
  }
}

function there<T>(path: string, found: T | undefined): T {
  if (found !== undefined) return found;
  throw new JournalError(`there is no ${path}`);
}

/** What is no file of ours is damage; what cannot be read just now is not. */
const damaged = (error: unknown): unknown =>
  error instanceof NotOurFileError ? new JournalError(error.message, { cause: error }) : error;

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/** The entries, and how many bytes they take: what follows these is torn. Throws on damage anywhere else. */
export function parse(data: Buffer): { readonly entries: readonly Entry[]; readonly bytes: number } {
  const entries: Entry[] = [];
  const bytes = eachLine(data, (start, end) => {
    entries.push(read(data.toString('utf8', start, end), entries.length));
  });
  return { entries, bytes };
}

/** Gives the place of each text whose checksum is right, and answers with the bytes they take. */
function eachLine(data: Buffer, take: (start: number, end: number) => void): number {
  let bytes = 0;
  let lines = 0;
  for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10, bytes)) {
    const start = bytes + CHECKSUM_BYTES;
    const sum = Number.parseInt(data.toString('latin1', bytes, start - 1), 16);
    const right = start <= end && sum === crc32(data.subarray(start, end));
    // Without its line feed, or with zeros that our JSON never has, it was not acknowledged; any other may have been.
    if (!right && lines > 0 && end === data.length - 1 && data.includes(0, bytes)) break;
    if (!right) throw new JournalError(`line ${lines + 1}: the checksum does not match`);
    take(start, end);
    lines += 1;
    bytes = end + 1;
  }
  return bytes;
}

/** What a newer version wrote is no damage. */
function newerIn(json: unknown): NewerJournalError | undefined {
  const { data } = versioned.safeParse(json);
  if (!data || data.v <= 1) return undefined;
  const version = `(journal version ${data.v})`;
  return new NewerJournalError(`written by a newer version of holdfast ${version}: upgrade holdfast`);
}

/** Throws where a line is as it was written, and cannot be the next. */
function read(text: string, expected: number): Entry {
  const json: unknown = JSON.parse(text); // the checksum says that these are the bytes we wrote
  const parsed = shape.safeParse(json); // first: ten thousand are read before the first answer, and all but a few are ours
  if (!parsed.success)
    throw newerIn(json) ?? new JournalError(`line ${expected + 1}: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.line !== expected)
    throw new JournalError(`line ${expected + 1}: line ${parsed.data.line} stands where ${expected} is due`);
  return json as Entry; // the checksum proves it ours, the shape proves what we rely on
}
