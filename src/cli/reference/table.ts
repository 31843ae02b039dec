import type { Argv } from 'yargs';
import type { Command, GlobalFlags } from '../command.ts';

/** A word that a command takes by its place. */
export interface Positional {
  readonly name: string;
  readonly describe: string;
  readonly required: boolean;
  /** It may be followed by more of its kind. */
  readonly many: boolean;
}

/** A flag of a command. */
export interface Flag {
  readonly name: string;
  readonly letter?: string;
  readonly describe: string;
  readonly takesValue: boolean;
  /** What the help calls its value, where that has a name. */
  readonly argument?: string;
  /** The heading under which the help has it, where that is one of its own. */
  readonly group?: string;
  readonly byDefault?: string;
  readonly choices?: readonly string[];
}

/** A command as it is documented and completed. */
export interface Entry {
  readonly usage: string;
  readonly aliases: readonly string[];
  readonly describe: string;
  readonly positionals: readonly Positional[];
  readonly flags: readonly Flag[];
  readonly examples: readonly (readonly [string, string])[];
  readonly epilogue: string;
}

/** What follows the name of a flag where it is explained. */
export const argumentOf = ({ takesValue, argument = 'VALUE' }: Pick<Flag, 'takesValue' | 'argument'>): string =>
  takesValue ? ` ${argument}` : '';

interface Words {
  readonly describe?: unknown;
  readonly demandOption?: unknown;
  readonly type?: unknown;
  readonly alias?: unknown;
  readonly default?: unknown;
  readonly choices?: readonly unknown[];
  readonly argument?: string | undefined;
  readonly group?: string;
}

/** The flags that every command has. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: 'json', describe: 'print JSON', takesValue: false },
  {
    name: 'color',
    describe: 'auto, always, never',
    takesValue: true,
    argument: 'WHEN',
    choices: ['auto', 'always', 'never'],
  },
  { name: 'no-start-daemon', describe: 'do not start a missing daemon', takesValue: false },
  { name: 'help', letter: 'h', describe: 'help for the command', takesValue: false },
];

/**
 * Reads a command's own definition, which it makes with yargs, without loading yargs: what it calls is written down. So help,
 * man page and completion cannot tell different stories.
 */
export function entryOf(command: Command): Entry {
  let entry: Entry | undefined;
  const registrar = {
    command: (usage: string | readonly string[], describe: string, builder: (yargs: unknown) => unknown) => {
      const [first = '', ...aliases] = typeof usage === 'string' ? [usage] : usage;
      const { positionals, ...rest } = recorded(builder);
      entry = { usage: first, aliases, describe, ...rest, positionals: placed(first, positionals) };
      return registrar;
    },
  };
  command.register(registrar as unknown as Argv<GlobalFlags>, () => undefined); // a definition calls nothing but `command`
  if (entry) return entry;
  throw new Error('a command registered nothing');
}

type Recorded = Omit<Entry, 'usage' | 'aliases' | 'describe' | 'positionals'> & { positionals: Map<string, Words> };

function recorded(builder: (yargs: unknown) => unknown): Recorded {
  const positionals = new Map<string, Words>();
  const flags: Flag[] = [];
  const examples: (readonly [string, string])[] = [];
  let epilogue = '';
  const recorder = {
    positional: (name: string, words: Words) => {
      positionals.set(name, words);
      return recorder;
    },
    option: (name: string, words: Words) => {
      flags.push(flagFrom(name, words));
      return recorder;
    },
    options: (many: Readonly<Record<string, Words>>) => {
      for (const [name, words] of Object.entries(many)) flags.push(flagFrom(name, words));
      return recorder;
    },
    example: (line: string, about: string) => {
      examples.push([line.replace('$0', 'holdfast'), about]);
      return recorder;
    },
    epilogue: (text: string) => {
      epilogue = text;
      return recorder;
    },
  };
  builder(recorder);
  return { positionals, flags, examples, epilogue };
}

function flagFrom(name: string, words: Words): Flag {
  return {
    name,
    describe: String(words.describe ?? ''),
    takesValue: words.type !== 'boolean',
    ...(words.argument === undefined ? {} : { argument: words.argument }),
    ...(words.group === undefined ? {} : { group: words.group }),
    ...(typeof words.alias === 'string' && words.alias.length === 1 ? { letter: words.alias } : {}),
    ...(typeof words.default === 'string' ? { byDefault: words.default } : {}),
    ...(words.choices === undefined ? {} : { choices: words.choices.map(String) }),
  };
}

/** The positionals in the order of the usage: `start <agent> <task>`, `wait <tasks..>`. */
const placed = (usage: string, words: ReadonlyMap<string, Words>): readonly Positional[] =>
  [...usage.matchAll(/([<[])([\w-]+)(\.\.)?[>\]]/g)].map(([, bracket, name = '', many]) => ({
    name,
    describe: String(words.get(name)?.describe ?? ''),
    required: bracket === '<',
    many: many !== undefined,
  }));

/** The words of a description that is nothing but a list of them: `start, stop, restart`. */
export function listedIn(describe: string): readonly string[] {
  const words = describe.split(', ');
  return words.length > 1 && words.every((word) => /^[a-z][\w-]*$/.test(word)) ? words : [];
}
