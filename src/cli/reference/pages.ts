import { settingRows } from '../../config/operations.ts';
import { verbs } from '../fast-path.ts';
import { manPage } from './man.ts';
import { commandsPage, settingsPage } from './markdown.ts';
import { entryOf } from './table.ts';

/** Everything that is written from the code: the man page, and the pages in docs/ by their paths. */
export async function pages(
  version: string,
): Promise<{ readonly man: string; readonly docs: Readonly<Record<string, string>> }> {
  const entries = (await Promise.all(Object.values(verbs).map((load) => load()))).map(entryOf);
  return {
    man: manPage(entries, version),
    docs: { 'docs/commands.md': commandsPage(entries), 'docs/settings.md': settingsPage(settingRows()) },
  };
}
