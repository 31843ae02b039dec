import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failpoint } from '../system/failpoint.ts';
import { privateDirectory, readBytes, writeDurably } from '../system/files.ts';
import type { Held } from './held.ts';

/** Takes a file over as what is asked at a retry; its name there is for the journal. */
export async function takeWords({ dir }: Pick<Held, 'dir'>, file: string): Promise<string> {
  const name = `${randomUUID()}.md`;
  await privateDirectory(join(dir, 'words'));
  await writeDurably(join(dir, 'words', name), await readFile(file));
  failpoint();
  await rm(file, { force: true });
  return name;
}

/** Removes what was taken over for a retry that was refused. */
export const dropWords = ({ dir }: Pick<Held, 'dir'>, name: string): Promise<void> =>
  rm(join(dir, 'words', name), { force: true });

/** What was asked at the retry that began this run, if anything was. */
export async function wordsAskedOf({ dir, task }: Pick<Held, 'dir' | 'task'>): Promise<Buffer | undefined> {
  return task.words === undefined
    ? undefined
    : await readBytes(join(dir, 'words', task.words), Number.POSITIVE_INFINITY);
}
