import { lstatSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { setImmediate as breath } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { isFinal, type Spec } from '../domain/task.ts';
import { failpoint } from '../system/failpoint.ts';
import { NotOurFileError, useBytesNow } from '../system/files.ts';
import { alike } from './alike.ts';
import type { Held } from './held.ts';
import { type End, endOf } from './journal.ts';

/** What a boot reads of a task that has ended. */
interface Copy {
  readonly spec: Spec;
  readonly end: End;
}

/** What the digest says of the task in a directory, where its journal still is the very file that was read. */
export type Recall = (id: string, dir: string) => Copy | undefined;

/** A task that has ended, as the digest has it. What many share stands once, in a line of its own: half of it all. */
interface Line {
  readonly id: string;
  readonly stamp: string;
  readonly lines: number;
  readonly spec: Omit<Spec, 'policy' | 'resumePrompt'>;
  readonly policy: number;
  readonly resumePrompt: number;
  readonly last: End['last'];
}

/** The line of their own: which version wrote it, and what the others share. No task has such an id. */
interface Shared {
  readonly id: '';
  readonly by: string;
  readonly shared: readonly unknown[];
}

/** One task more is read in 100 µs (Node 20): all are not written anew for a few. */
const MOST_MISSING = 200;
/** So many are read without a breath between: nobody's death is to wait for it. */
const AT_ONCE = 50;
const MOST_BYTES = 512 * 1024 * 1024;
/** Eight digits and a space. */
const CHECKSUM_BYTES = 9;
const [NEWLINE, QUOTE] = [10, 34];
const BEFORE_ID = '{"id":"';
/** In the place of what is not there. */
const NOWHERE = -1;

/**
 * Reads the digest: what a boot needs of each task that had ended, in one file instead of twenty thousand. A line counts only
 * where it is whole, of this version, and its journal unchanged; the file may be removed at any time. `ids` are the tasks it has.
 */
export function readDigest(path: string, by: string): { readonly ids: Set<string>; readonly recall: Recall } {
  const data = bytesOf(path);
  const places = placesIn(data);
  const textAt = (id: string) => {
    const place = places.get(id);
    return place && data.toString('utf8', place.start, place.end);
  };
  const head: Partial<Shared> = JSON.parse(textAt('') ?? '{}');
  const shared = head.by === by ? head.shared : undefined;
  const ids = new Set(shared && places.keys());
  ids.delete('');
  const recall: Recall = (id, dir) => {
    const text = shared && textAt(id);
    if (!(shared && text)) return undefined;
    const { stamp, lines, spec, policy, resumePrompt, last }: Line = JSON.parse(text); // its checksum says that we wrote it
    const now = stampOf(dir);
    if (now?.text === stamp) {
      const whole = {
        ...spec,
        policy: shared[policy],
        ...(resumePrompt === NOWHERE ? {} : { resumePrompt: shared[resumePrompt] }),
      };
      return { spec: whole as Spec, end: { lines, bytes: now.bytes, last } };
    }
    ids.delete(id);
    return undefined;
  };
  return { ids, recall };
}

/** Does a digest of these lack many of the tasks, or keep one that was forgotten since? */
export function isOld(digested: ReadonlySet<string>, tasks: readonly Held[]): boolean {
  let [missing, kept] = [0, 0];
  for (const { spec, task } of tasks) {
    if (digested.has(spec.id)) kept += 1;
    else if (isFinal(task.phase)) missing += 1;
  }
  return missing >= MOST_MISSING || kept < digested.size;
}

/** Writes the digest of tasks that have ended. Not synced: where a power cut tears it, its checksums say so. */
export async function writeDigest(path: string, by: string, ended: readonly Held[]): Promise<void> {
  failpoint();
  const shared = new Map<unknown, number>();
  const once = alike();
  const placeOf = (value: unknown): number => {
    if (value === undefined) return NOWHERE;
    const first = once(value);
    const place = shared.get(first) ?? shared.size;
    shared.set(first, place);
    return place;
  };
  const draft = `${path}.tmp`;
  const file = await open(draft, 'w', 0o600);
  try {
    for (let n = 0; n < ended.length; n += AT_ONCE) {
      await file.writeFile(
        ended
          .slice(n, n + AT_ONCE)
          .map((held) => lineOf(held, placeOf))
          .join(''),
      );
      await breath();
    }
    await file.writeFile(checksummed({ id: '', by, shared: [...shared.keys()] }));
  } finally {
    await file.close();
  }
  failpoint();
  await rename(draft, path);
}

/** Nothing where it cannot be read just now: then it is read at the next boot, and told. */
function lineOf({ spec: { policy, resumePrompt, ...spec }, dir }: Held, placeOf: (value: unknown) => number): string {
  try {
    const stamp = stampOf(dir); // first: what is appended after this look makes the line useless, not wrong
    const { lines, bytes, last } = endOf(`${dir}/journal.ndjson`);
    if (bytes !== stamp?.bytes) return '';
    const [p, r] = [placeOf(policy), placeOf(resumePrompt)];
    return checksummed({ id: spec.id, stamp: stamp.text, lines, spec, policy: p, resumePrompt: r, last });
  } catch {
    return '';
  }
}

function checksummed(line: Line | Shared): string {
  const text = JSON.stringify(line);
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
}

/** What every write to a journal changes, and nobody can set back. */
function stampOf(dir: string): { readonly text: string; readonly bytes: number } | undefined {
  const stats = lstatSync(`${dir}/journal.ndjson`, { throwIfNoEntry: false });
  return stats?.isFile() ? { text: `${stats.ino}:${stats.size}:${stats.ctimeMs}`, bytes: stats.size } : undefined;
}

function bytesOf(path: string): Buffer {
  try {
    return useBytesNow(path, (bytes) => Buffer.from(bytes), MOST_BYTES) ?? Buffer.alloc(0);
  } catch (error) {
    if (error instanceof NotOurFileError) return Buffer.alloc(0); // the next one takes its place
    throw error;
  }
}

/** Where each whole line is, by the id that it begins with. */
function placesIn(data: Buffer): Map<string, { readonly start: number; readonly end: number }> {
  const places = new Map<string, { readonly start: number; readonly end: number }>();
  for (let from = 0, end = data.indexOf(NEWLINE); end !== -1; from = end + 1, end = data.indexOf(NEWLINE, from)) {
    const start = from + CHECKSUM_BYTES;
    const sum = Number.parseInt(data.toString('latin1', from, start - 1), 16);
    if (start > end || sum !== crc32(data.subarray(start, end))) continue;
    const id = start + BEFORE_ID.length;
    places.set(data.toString('latin1', id, data.indexOf(QUOTE, id)), { start, end });
  }
  return places;
}
