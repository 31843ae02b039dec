import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { readText, writeDurably } from '../system/files.ts';
import type { Settings } from './settings.ts';

const trusted = z.object({ directory: z.string(), since: z.iso.datetime() });
const shape = z.looseObject({ schema: z.literal(1), directories: z.array(trusted) });

/** A directory that the operator has trusted, with everything below it. */
export type Trusted = z.output<typeof trusted>;

/** Where agents may work: what the settings allow, and what the operator has trusted. Paths are absolute. */
export interface Directories {
  /** Why no agent may work here, whatever the operator trusts; nothing where one may. */
  readonly forbidden: (path: string) => Promise<string | undefined>;
  /** May a task start here without being asked about? */
  readonly isTrusted: (path: string) => Promise<boolean>;
  readonly trusted: () => Promise<readonly Trusted[]>;
  readonly trust: (path: string) => Promise<void>;
  readonly distrust: (path: string) => Promise<void>;
}

/** Opens the list in a state directory. List and settings are read anew each time: who mends them needs no restart. */
export function directoriesOf(stateDir: string, settings: Pick<Settings, 'directories'>): Directories {
  const file = join(stateDir, 'trusted.json');
  let turn: Promise<unknown> = Promise.resolve();

  const read = async () => {
    const text = await readText(file);
    return text === undefined ? { schema: 1 as const, directories: [] } : parse(text, file);
  };
  /** One change at a time: two tasks that start at once must not forget each other's directory. */
  const change = (edit: (list: readonly Trusted[]) => readonly Trusted[]): Promise<void> => {
    const done = turn.then(async () => {
      const content = await read();
      const directories = edit(content.directories);
      if (directories === content.directories) return;
      await writeDurably(file, `${JSON.stringify({ ...content, directories }, undefined, 2)}\n`);
    });
    turn = done.catch(() => undefined); // its own caller hears of it
    return done;
  };

  return {
    forbidden: async (path) => {
      const { allowed } = settings.directories;
      if (allowed.length === 0) return undefined;
      const real = await realOf(path);
      const roots = await Promise.all(allowed.map(realOf));
      if (roots.some((root) => isWithin(real, root))) return undefined;
      return `the settings let agents work in ${allowed.join(', ')} only (directories.allowed), and ${real} is not in there`;
    },
    isTrusted: async (path) => {
      if (!settings.directories.confirm) return true;
      const real = await realOf(path);
      return (await read()).directories.some(({ directory }) => isWithin(real, directory));
    },
    trusted: async () => (await read()).directories,
    trust: async (path) => {
      const directory = await realOf(path);
      await change((list) =>
        list.some((each) => isWithin(directory, each.directory))
          ? list
          : [...list, { directory, since: new Date().toISOString() }],
      );
    },
    distrust: async (path) => {
      const directory = await realOf(path);
      await change((list) => {
        const rest = list.filter((each) => each.directory !== directory);
        if (rest.length === list.length) throw notInTheList(directory, list);
        return rest;
      });
    },
  };
}

/** Is this path the directory or something below it? Both are real paths. */
export const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);

/** The path without symbolic links; as it is where nothing is there, which then contains nothing. */
const realOf = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));

/** A file that cannot be read is told and left as it is: to go on without it would be to forget what was trusted. */
function parse(text: string, file: string): z.output<typeof shape> {
  try {
    const parsed = shape.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw new Error(z.prettifyError(parsed.error));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(EXIT.badSettings, `${file} cannot be read: ${why}. Mend it, or move it away to trust anew`, {
      cause,
    });
  }
}

function notInTheList(directory: string, list: readonly Trusted[]): Refusal {
  const parent = list.find((each) => isWithin(directory, each.directory));
  const why = parent ? `trusted as a part of ${parent.directory}: remove that` : 'not trusted';
  return new Refusal(EXIT.noInput, `${directory} is ${why}. See all with: holdfast trust --list`);
}
