import { schema, settingRows } from '../../config/operations.ts';
import { verbs } from '../fast-path.ts';
import type { Written } from './commands.ts';
import { manPage } from './man.ts';
import { commandsPage, settingsPage } from './markdown.ts';
import { entryOf } from './table.ts';

/** Everything that is written from the code. */
export interface Pages {
  /** The commands, for help and completion that load none of them. */
  readonly table: Written;
  readonly man: string;
  /** The pages in docs/ by their paths, and the schema of the settings for editors. */
  readonly docs: Readonly<Record<string, string>>;
}

/** Writes everything that is written from the code. */
export async function pages(version: string): Promise<Pages> {
  const named = Object.entries(verbs).map(async ([verb, load]) => [verb, entryOf(await load())] as const);
  const table = Object.fromEntries(await Promise.all(named));
  const entries = Object.values(table);
  return {
    table,
    man: manPage(entries, version),
    docs: {
      'docs/commands.md': commandsPage(entries),
      'docs/settings.md': settingsPage(settingRows()),
      'docs/settings.schema.json': `${JSON.stringify(schema(), undefined, 2)}\n`,
    },
  };
}
