import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { privateDirectory, writeWhereDifferent } from '../system/files.ts';

/**
 * Puts a copy of a script into the state directory, named by its content, and tells where. An upgrade of the package
 * replaces its files under running panes; a runner that has begun must find itself as it was, and an agent its hooks.
 */
export async function installScript(stateDir: string, source: string): Promise<string> {
  const directory = join(stateDir, 'runner');
  await privateDirectory(directory);
  const text = await readFile(source, 'utf8');
  const path = join(directory, `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.sh`);
  await writeWhereDifferent(path, text, 0o700);
  return path;
}
