import { readFile, stat } from 'node:fs/promises';
import { hasCode } from '../system/files.ts';

/** What the first of these JSON files that there is holds. One that cannot be read tells nothing: its agent begins anew there. */
export async function firstOf(paths: readonly string[]): Promise<unknown> {
  for (const path of paths) {
    try {
      if ((await stat(path)).isFile()) return JSON.parse(await readFile(path, 'utf8')) as unknown;
    } catch (error) {
      if (!hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    }
  }
  return undefined;
}
