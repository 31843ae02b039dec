import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { hasCode, syncDirectory, useBytesNow } from '../system/files.ts';
import { JournalError, parse } from './journal.ts';

/** Throws where a directory without a spec was a task once: what was never answered for wrote one line, and began nothing. */
export async function mustBeUnaccepted(dir: string): Promise<void> {
  const attempts = await readdir(join(dir, 'attempts')).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  const wentOn = useBytesNow(join(dir, 'journal.ndjson'), goesOn) ?? false;
  if (wentOn || attempts.length > 0) throw new JournalError('spec.json is gone, of a task that was at work');
}

/** Is there more than the line that a task begins with? A first line that cannot be read was torn by a power cut. */
function goesOn(journal: Buffer): boolean {
  const first = journal.indexOf(10);
  if (first === -1 || first < journal.length - 1) return first !== -1;
  try {
    return parse(journal).entries.some(({ happening }) => happening.type !== 'accepted');
  } catch (error) {
    if (error instanceof JournalError) return false;
    throw error;
  }
}

/** Takes a task back whose acceptance failed, so that the next daemon does not start what the caller was told is refused; then throws the cause. */
export async function withdraw(dir: string, id: string, cause: unknown): Promise<never> {
  const takeBack = async () => {
    await rm(join(dir, 'spec.json'), { force: true });
    await syncDirectory(dir); // or a loss of power brings it back
  };
  await takeBack().catch((error: unknown) => {
    const why = `${String(cause)}; then ${String(error)}`;
    const way = `look for it with: holdfast list, and end it with: holdfast stop ${id}`;
    throw new Refusal(
      EXIT.cannotWrite,
      `${id} may run when the daemon starts next, for it could not be taken back (${why}): ${way}`,
    );
  });
  throw cause;
}
