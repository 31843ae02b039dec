import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { hasCode, NotOurFileError, readText, writeDurably } from '../system/files.ts';
import { which } from '../system/which.ts';
import { placesOf, type Reader, readers, type SkillPlace } from './skill-places.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `foreign`: there is a file that we did not write, or that somebody has changed since. */
export type SkillState = 'absent' | 'current' | 'outdated' | 'foreign';

/** A place with what was found there, and what was done about it. */
export interface SkillFinding extends SkillPlace {
  readonly state: SkillState;
  readonly done: 'wrote' | 'removed' | 'kept';
}

/** What decides about an installation. */
export interface SkillWish {
  readonly env: Environment;
  /** Whom it is for; all that are installed, where nobody is named. */
  readonly agents: readonly string[];
  /** Replaces or removes also what is not ours. */
  readonly force: boolean;
  /** Only says what would be done. */
  readonly dryRun: boolean;
}

const NAME = 'holdfast';
const FILE = 'SKILL.md';
/** The hashes of what we wrote into a folder, one a line: by them we know our own file, and one that was edited. */
const RECORD = '.written-by-holdfast';

/** The skill as this package brings it. */
export const skillFile = (): string => fileURLToPath(new URL(`../../skills/${NAME}/${FILE}`, import.meta.url));

/** The text of the skill. */
export const skillText = (): Promise<string> => readFile(skillFile(), 'utf8');

/** Whom we know to read skills. */
export const knownReaders = readers.map(({ id }) => id).join(', ');

/** How the skill is in every place; changes nothing. */
export async function examineSkill({
  env,
  agents,
}: Pick<SkillWish, 'env' | 'agents'>): Promise<readonly SkillFinding[]> {
  const text = await skillText();
  const places = await chosenPlaces(agents, env);
  return await Promise.all(
    places.map(async (place) => ({ ...place, state: await stateIn(place.directory, text), done: 'kept' as const })),
  );
}

/** Copies the skill to where it is missing or old. What is not ours stays as it is. May be repeated at will. */
export async function installSkill(wish: SkillWish): Promise<readonly SkillFinding[]> {
  const text = await skillText();
  const found = await examineSkill(wish);
  return await Promise.all(
    found.map(async (each) => {
      const { state, directory } = each;
      if (state === 'foreign' && !wish.force) return each;
      if (!wish.dryRun) await write(directory, text, state);
      return state === 'current' ? each : { ...each, done: 'wrote' as const };
    }),
  );
}

/** Removes the skill from where we wrote it. */
export async function uninstallSkill(wish: SkillWish): Promise<readonly SkillFinding[]> {
  const found = await examineSkill(wish);
  return await Promise.all(
    found.map(async (each) => {
      const { state, directory } = each;
      if (state === 'absent' || (state === 'foreign' && !wish.force)) return each;
      if (!wish.dryRun) await remove(directory);
      return { ...each, done: 'removed' as const };
    }),
  );
}

async function chosenPlaces(names: readonly string[], env: Environment): Promise<readonly SkillPlace[]> {
  const home = { ...env, HOME: env.HOME || homedir() };
  const chosen = names.length > 0 ? names.map(readerNamed) : await installedReaders(env.PATH ?? '');
  return placesOf(chosen, NAME, home);
}

function readerNamed(name: string): Reader {
  const reader = readers.find(({ id }) => id === name);
  if (reader) return reader;
  throw new Refusal(
    EXIT.usage,
    `nobody knows where ${JSON.stringify(name)} looks for skills: use one of ${knownReaders}`,
  );
}

/** The programs on this `PATH` that read skills. */
async function installedReaders(path: string): Promise<readonly Reader[]> {
  const found = await Promise.all(readers.map(async (reader) => ((await which(reader.bin, path)) ? [reader] : [])));
  return found.flat();
}

async function stateIn(directory: string, text: string): Promise<SkillState> {
  const present = await read(join(directory, FILE));
  if (present === 'unreadable') return 'foreign';
  if (present === undefined) return 'absent';
  if (present.text === text) return 'current';
  return (await hashesIn(directory)).includes(hashOf(present.text)) ? 'outdated' : 'foreign';
}

/** A link, a device or a giant in the place of the file is not for us to touch. */
async function read(path: string): Promise<{ readonly text: string } | 'unreadable' | undefined> {
  try {
    const text = await readText(path);
    return text === undefined ? undefined : { text };
  } catch (error) {
    if (error instanceof NotOurFileError || hasCode(error, 'EACCES')) return 'unreadable';
    throw error;
  }
}

async function hashesIn(directory: string): Promise<readonly string[]> {
  const record = await read(join(directory, RECORD));
  return typeof record === 'object' ? record.text.split('\n').filter(Boolean) : [];
}

/** First the record, then the file: whoever dies in between leaves a file that is still known as ours. */
async function write(directory: string, text: string, state: SkillState): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    const hashes = [...new Set([...(await hashesIn(directory)), hashOf(text)])];
    await writeDurably(join(directory, RECORD), `${hashes.join('\n')}\n`, 0o644);
    if (state !== 'current') await writeDurably(join(directory, FILE), text, 0o644);
  } catch (cause) {
    throw cannot('write', directory, cause);
  }
}

async function remove(directory: string): Promise<void> {
  try {
    for (const name of [FILE, RECORD]) await rm(join(directory, name), { force: true });
    await rmdir(directory).catch((error: unknown) => {
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw error; // what somebody else put there stays
    });
  } catch (cause) {
    throw cannot('remove', directory, cause);
  }
}

const cannot = (what: string, directory: string, cause: unknown): Refusal =>
  new Refusal(EXIT.cannotWrite, `cannot ${what} the skill in ${directory}: ${String(cause)}`, { cause });

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
