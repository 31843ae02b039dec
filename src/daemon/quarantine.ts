import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failpoint } from '../system/failpoint.ts';
import { privateDirectory, unwritable } from '../system/files.ts';

/** The evidence is kept: one damaged file costs one task, and nothing of it. */
export async function setAside(quarantine: string, dir: string, id: string, why: string): Promise<void> {
  try {
    await privateDirectory(quarantine);
    const place = join(quarantine, `${Date.now()}-${id}`);
    failpoint();
    await rename(dir, place);
    failpoint();
    await writeFile(join(place, 'reason.txt'), `${why}\n`, { mode: 0o600 });
  } catch (error) {
    if (unwritable(error) === undefined) throw error; // it is told, and tried again by the next daemon
  }
}
