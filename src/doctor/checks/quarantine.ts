import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Check, ok } from '../check.ts';

/** Are there tasks that could not be read? */
export const quarantine: Check = async ({ paths }) => {
  const directory = join(paths.stateDir, 'quarantine');
  const names = await readdir(directory).catch(() => []);
  if (names.length === 0) return [ok('no task is in quarantine')];
  const shown = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
  const remedy = `look at what is left of them in ${directory}; start them anew if need be, then remove them`;
  return [{ level: 'warning', found: `${names.length} tasks could not be read: ${shown}`, remedy }];
};
