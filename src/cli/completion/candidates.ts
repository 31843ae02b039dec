import { type Entry, type Flag, GLOBAL_FLAGS, listedIn } from '../reference/table.ts';

/** What may follow: words, and whether the shell is to offer files or directories. */
export interface Candidates {
  readonly words: readonly string[];
  readonly paths?: 'files' | 'directories';
  /** The names of tasks may follow too, or the values that tasks have in this field. */
  readonly live?: 'tasks' | 'labels' | 'agents';
}

const NOTHING: Candidates = { words: [] };
const VALUES: Readonly<Record<string, Candidates>> = {
  cwd: { words: [], paths: 'directories' },
  'prompt-file': { words: [], paths: 'files' },
  label: { words: [], live: 'labels' },
  agent: { words: [], live: 'agents' },
};
const PLACES: Readonly<Record<string, Candidates>> = {
  task: { words: [], live: 'tasks' },
  tasks: { words: [], live: 'tasks' },
  directory: { words: [], paths: 'directories' },
};

/** What may follow these words of a command; the last of them has only begun. */
export function candidatesFor(entry: Entry, verb: string, words: readonly string[]): Candidates {
  const flags = [...entry.flags, ...GLOBAL_FLAGS];
  const before = words.slice(0, -1);
  const begun = words.at(-1) ?? '';
  const open = flagNamed(flags, before.at(-1));
  if (open?.takesValue) return valuesOf(open);
  if (begun.startsWith('-') && !before.includes('--'))
    return { words: flags.filter(({ name }) => !before.includes(`--${name}`)).map(({ name }) => `--${name}`) };
  return placeOf(entry, verb, given(flags, before));
}

function valuesOf({ name, choices, describe }: Flag): Candidates {
  const words = choices ?? listedIn(describe);
  return words.length > 0 ? { words } : (VALUES[name] ?? NOTHING);
}

function placeOf(entry: Entry, verb: string, before: readonly string[]): Candidates {
  const last = entry.positionals.at(-1);
  const place = entry.positionals[before.length] ?? (last?.many ? last : undefined);
  if (place === undefined || (verb === 'start' && place.name === 'task')) return NOTHING; // a new name is for nobody to guess
  const words = listedIn(place.describe);
  return words.length > 0 ? { words } : (PLACES[place.name] ?? NOTHING);
}

/** The words that stand for themselves: neither flags nor values of flags. */
const given = (flags: readonly Flag[], words: readonly string[]): readonly string[] =>
  words.filter((word, at) => !word.startsWith('-') && !flagNamed(flags, words[at - 1])?.takesValue);

const flagNamed = (flags: readonly Flag[], word = ''): Flag | undefined =>
  flags.find(({ name, letter }) => word === `--${name}` || (letter !== undefined && word === `-${letter}`));
