import type { Command } from '../command.ts';
import { type Entry, entryOf } from './table.ts';

/** The commands as they are documented: what help and completion are made from. */
export interface Commands {
  /** In the order of the help. */
  readonly names: readonly string[];
  /** The one of this name; nothing where there is none. */
  readonly entry: (name: string) => Promise<Entry | undefined>;
}

/** The table as the build writes it down: a module for each command need not be loaded to tell about it. */
export type Written = Readonly<Record<string, Entry>>;

/** The commands from their own definitions. */
export const defined = (verbs: Readonly<Record<string, () => Promise<Command>>>): Commands => ({
  names: Object.keys(verbs),
  entry: async (name) => {
    const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    return load && entryOf(await load());
  },
});

/** The commands from the table that the build has written; it is read when the first is asked for. */
export function written(read: () => Written): Commands {
  let table: Written | undefined;
  const all = (): Written => {
    table ??= read();
    return table;
  };
  return {
    get names() {
      return Object.keys(all());
    },
    entry: async (name) => (Object.hasOwn(all(), name) ? all()[name] : undefined),
  };
}

/** Every command, in the order of the help. */
export const everyEntry = async ({ names, entry }: Commands): Promise<readonly Entry[]> =>
  (await Promise.all(names.map(entry))).filter((each) => each !== undefined);
