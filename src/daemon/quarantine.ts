import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { failpoint } from '../system/failpoint.ts';
import { privateDirectory, unwritable, writeDurably } from '../system/files.ts';

/** The evidence is kept: one damaged file costs one task, and nothing of it. */
export async function setAside(quarantine: string, dir: string, id: string, why: string): Promise<void> {
  try {
    await privateDirectory(quarantine);
    // First: who dies in between is followed by one who does it again, and what is set aside always says why.
    await writeDurably(join(dir, 'reason.txt'), `${why}\n`).catch(() => undefined); // without it rather than not at all
    failpoint();
    await rename(dir, join(quarantine, `${Date.now()}-${id}`));
    failpoint();
  } catch (error) {
    if (unwritable(error) === undefined) throw error; // it is told, and tried again by the next daemon
  }
}
