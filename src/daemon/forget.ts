import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failpoint } from '../system/failpoint.ts';
import { syncDirectory } from '../system/files.ts';

/** No id of a task begins so: what was to be forgotten is never taken for a task that is damaged. */
const FORGOTTEN = '.pruned-';

/** Was this about to be forgotten when a daemon died over it? */
export const isForgotten = (name: string): boolean => name.startsWith(FORGOTTEN);

/** Forgets the directory of a task; the next load finishes what was begun. */
export async function forget(dir: string): Promise<void> {
  const tasks = dirname(dir);
  const away = join(tasks, `${FORGOTTEN}${basename(dir)}`);
  failpoint();
  await rename(dir, away);
  await syncDirectory(tasks); // before anything in it goes: a power cut must not leave half of it under its old name
  failpoint();
  await rm(away, { recursive: true, force: true });
  failpoint();
}
