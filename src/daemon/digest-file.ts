import { lstatSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Spec } from '../domain/task.ts';
import { useBytesNow } from '../system/files.ts';
import type { End } from './journal.ts';

/** A task that has ended, as the digest has it. What many share stands once, in a line of its own: half of it all. */
export interface Line {
  readonly id: string;
  readonly stamp: string;
  readonly lines: number;
  readonly spec: Omit<Spec, 'policy' | 'resumePrompt'>;
  readonly policy: number;
  readonly resumePrompt: number;
  readonly last: End['last'];
}

/** The line of their own: which build wrote it, and what the others share. No task has such an id. */
export interface Shared {
  readonly id: '';
  readonly by: string;
  readonly shared: readonly unknown[];
}

/** Where the text of a line is, without its checksum. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** The bytes of a digest, and each line whose checksum is right by the id that it begins with. */
export interface Lines {
  readonly data: Buffer;
  readonly places: ReadonlyMap<string, Place>;
}

/** 100,000 tasks take this. */
const MOST_BYTES = 128 * 1024 * 1024;
/** Eight digits and a space. */
const CHECKSUM_BYTES = 9;
const [NEWLINE, QUOTE] = [10, 34];
const BEFORE_ID = '{"id":"';

/** Whatever cannot be read is as good as not there: everything it holds lies elsewhere. */
export function readLines(path: string): Lines {
  try {
    const data = useBytesNow(path, (bytes) => Buffer.from(bytes), MOST_BYTES) ?? Buffer.alloc(0);
    return { data, places: placesIn(data) };
  } catch {
    return { data: Buffer.alloc(0), places: new Map() };
  }
}

function placesIn(data: Buffer): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (let from = 0, end = data.indexOf(NEWLINE); end !== -1; from = end + 1, end = data.indexOf(NEWLINE, from)) {
    const start = from + CHECKSUM_BYTES;
    const sum = Number.parseInt(data.toString('latin1', from, start - 1), 16);
    if (start > end || sum !== crc32(data.subarray(start, end))) continue;
    const id = start + BEFORE_ID.length;
    places.set(data.toString('latin1', id, data.indexOf(QUOTE, id)), { start, end });
  }
  return places;
}

/** What a line says; nothing where there is none, or none of ours. */
export function parseLine({ data, places }: Lines, id: string): Partial<Line & Shared> {
  const place = places.get(id);
  try {
    return (place && JSON.parse(data.toString('utf8', place.start, place.end))) ?? {};
  } catch {
    return {}; // a right checksum, and nothing that we wrote
  }
}

/** A line with its checksum before it. */
export function checksummed(line: Line | Shared): string {
  const text = JSON.stringify(line);
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
}

/** What every write to a journal changes, and nobody can set back; nothing where there is no such file. */
export function stampOf(journal: string): { readonly text: string; readonly bytes: number } | undefined {
  try {
    const stats = lstatSync(journal);
    return stats.isFile() ? { text: `${stats.ino}:${stats.size}:${stats.ctimeMs}`, bytes: stats.size } : undefined;
  } catch {
    return undefined; // read anew, and told by whoever cannot
  }
}
