import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { setImmediate as breath } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { defaultPolicy } from '../domain/policy.ts';
import { isFinal, type Spec } from '../domain/task.ts';
import { failpoint } from '../system/failpoint.ts';
import { alike } from './alike.ts';
import { checksummed, parseLine, readLines, stampOf } from './digest-file.ts';
import type { Held } from './held.ts';
import { type End, endOf } from './journal.ts';

/**
 * What a boot reads of each task that has ended, in one file instead of twenty thousand. It is a copy: a line counts only where
 * it is whole, of this build, and its journal unchanged. It may be removed at any time.
 */
export interface Digest {
  /** Of whom the file says anything, right or not: what was forgotten must not stay in it. */
  readonly within: ReadonlySet<string>;
  /** Of whom it was of use, or will be. */
  readonly good: Set<string>;
  /** What it says of the task in a directory. */
  readonly recall: (id: string, dir: string) => { readonly spec: Spec; readonly end: End } | undefined;
}

/** Tasks that may be missing in the digest before it is written anew: to read one without it takes 100 µs (Node 20). */
const MOST_MISSING = 200;
/** Tasks that are written between two breaths, so that nobody's death waits for the digest. */
const AT_ONCE = 50;
/** The place of a text that is not there. */
const NOWHERE = -1;
const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = constants;

/** A build of the same version may know more settings: what it would add to a task is not in what another wrote. */
const FORMAT = `1-${crc32(JSON.stringify(defaultPolicy)).toString(16)}`;

type PlaceOf = (value: unknown) => number;

const journalIn = (dir: string): string => `${dir}/journal.ndjson`;

/** The digest in a file, as it is now. */
export function readDigest(path: string, version: string): Digest {
  const lines = readLines(path);
  const { by, shared } = parseLine(lines, '');
  const ours = by === `${version}/${FORMAT}`;
  const within = new Set(lines.places.keys());
  const good = new Set<string>();
  const recall: Digest['recall'] = (id, dir) => {
    if (!ours || !shared || !within.has(id)) return undefined;
    const { stamp, lines: count, spec, policy, resumePrompt, last } = parseLine(lines, id);
    const now = stampOf(journalIn(dir));
    if (now?.text !== stamp || !now || !spec || !last || policy === undefined || count === undefined) return undefined;
    good.add(id);
    const words = resumePrompt === undefined || resumePrompt === NOWHERE ? {} : { resumePrompt: shared[resumePrompt] };
    const whole = { ...spec, policy: shared[policy], ...words } as Spec; // its checksum says that we wrote it
    return { spec: whole, end: { lines: count, bytes: now.bytes, last } };
  };
  return { within, good, recall };
}

/** Does it lack many of the tasks that have ended, or keep one that was forgotten? */
export function isOld({ within, good }: Pick<Digest, 'within' | 'good'>, tasks: readonly Held[]): boolean {
  let [missing, kept] = [0, within.has('') ? 1 : 0];
  for (const { spec, task } of tasks) {
    if (within.has(spec.id)) kept += 1;
    if (isFinal(task.phase) && !good.has(spec.id)) missing += 1;
  }
  return missing >= MOST_MISSING || kept < within.size;
}

/** Writes the digest of tasks that have ended; of those that the present one tells of no file is opened. */
export async function writeDigest(path: string, version: string, ended: readonly Held[]): Promise<void> {
  failpoint();
  const draft = `${path}.tmp`;
  try {
    const file = await open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0o600);
    try {
      const shared = await writeTasks(file, ended, readDigest(path, version));
      await file.writeFile(checksummed({ id: '', by: `${version}/${FORMAT}`, shared }));
      await file.sync(); // lines of one file and what another has shared would be the settings of other tasks
    } finally {
      await file.close();
    }
    failpoint();
    await rename(draft, path);
  } catch (error) {
    // A full disk needs the room, and what was forgotten goes in any case: the next boot reads each task.
    for (const each of [draft, path]) await rm(each, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeTasks(file: FileHandle, ended: readonly Held[], before: Digest): Promise<readonly unknown[]> {
  const shared = new Map<unknown, number>();
  const once = alike();
  const placeOf = (value: unknown): number => {
    if (value === undefined) return NOWHERE;
    const same = once(value);
    const place = shared.get(same) ?? shared.size;
    shared.set(same, place);
    return place;
  };
  for (let n = 0; n < ended.length; n += AT_ONCE) {
    const some = ended.slice(n, n + AT_ONCE);
    await file.writeFile(some.map((held) => lineFor(held, before, placeOf)).join(''));
    await breath();
  }
  return [...shared.keys()];
}

/** Makes the line of a task; empty where its journal cannot be read just now: the next boot reads it, and tells. */
function lineFor({ spec: { policy, resumePrompt, ...spec }, dir }: Held, { recall }: Digest, placeOf: PlaceOf): string {
  const stamp = stampOf(journalIn(dir)); // first: what is appended after this look makes the line useless, not wrong
  try {
    const { lines, bytes, last } = recall(spec.id, dir)?.end ?? endOf(journalIn(dir));
    if (bytes !== stamp?.bytes) return '';
    const [p, r] = [placeOf(policy), placeOf(resumePrompt)];
    return checksummed({ id: spec.id, stamp: stamp.text, lines, spec, policy: p, resumePrompt: r, last });
  } catch {
    return '';
  }
}
