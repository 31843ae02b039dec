import { plainLine } from '../domain/plain-text.ts';
import { aliases } from './aliases.ts';
import type { Command, GlobalFlags, Run } from './command.ts';
import type { Globals } from './context.ts';
import { usageError } from './errors.ts';
import { verbs } from './fast-path.ts';
import { objection } from './objection.ts';
import { toggle } from './options.ts';
import { otherWords } from './other-words.ts';
import { entryOf } from './reference/table.ts';
import { suggest } from './suggest.ts';
import makeYargs, { type Argv } from './yargs.ts';

/** A command line that was understood. */
export interface Parsed {
  readonly run: Run;
  readonly globals: Globals;
}

/** Marks a word after `--`, which yargs would not give to the command; no argument of a process can contain a NUL. */
const PLAIN = '\0';

/** Reads any command line with yargs; answers with nothing where there is no command on it. */
export async function parse(given: readonly string[]): Promise<Parsed | undefined> {
  const line = prepare(given);
  const verb = line.find((word) => !word.startsWith('-'));
  if (verb === line[0]) refuseUnknownVerb(verb);
  let chosen: Run | undefined;
  const yargs = await configure(verb, (run) => {
    chosen = run;
  });
  const values = await reading({ line: given, verb }, () => yargs.parseAsync(line));
  return chosen && { run: chosen, globals: values };
}

/** What yargs reads otherwise than a person means it. */
function prepare(given: readonly string[]): string[] {
  const end = given.indexOf('--');
  const words = end < 0 ? given : given.slice(0, end);
  const plain = end < 0 ? [] : given.slice(end + 1).map((word) => PLAIN + word);
  const joined = words.flatMap((word, index) => {
    if (word === '--prompt' && isListItem(words[index + 1])) return [];
    return words[index - 1] === '--prompt' && isListItem(word) ? [`--prompt=${word}`] : [word];
  });
  return [...(joined[0] === 'help' ? joined.slice(1) : joined), ...plain];
}

/** `--prompt "- mend the login"` is a prompt; yargs sees a flag. */
const isListItem = (word: string | undefined): word is string => /^-\s/.test(word ?? '');

function refuseUnknownVerb(verb: string | undefined): void {
  if (verb === undefined || moduleOf(verb)) return;
  const meant = otherWords.get(verb) ?? suggest(verb, Object.keys(verbs));
  const way = meant ? `did you mean "${meant}"?` : 'all of them: holdfast --help';
  throw usageError(`${JSON.stringify(plainLine(verb))} is no command; ${way}`);
}

async function configure(verb: string | undefined, choose: (run: Run) => void): Promise<Argv<GlobalFlags>> {
  const base: Argv<GlobalFlags> = unseen(makeYargs([]))
    .scriptName('holdfast')
    .parserConfiguration({
      'greedy-arrays': false,
      'boolean-negation': false,
      'dot-notation': false,
    })
    .detectLocale(false) // our own sentences are English: one language at a time
    .option('json', toggle('print JSON'))
    .option('color', { choices: ['auto', 'always', 'never'] as const, default: 'auto' as const, requiresArg: true })
    .option('no-start-daemon', toggle('do not start a missing daemon'))
    .middleware(unmark);
  const commands = await Promise.all(modulesFor(verb).map((load) => load()));
  return commands
    .reduce((yargs, command) => command.register(yargs, choose), base)
    .strict()
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail(false)
    .version(false)
    .help(false); // ours is made from the same definitions, without yargs
}

/** At each call yargs lays out a help of all that it was told (60 ms, 18.0.0), which nobody is shown: it is told of nothing to show. */
function unseen<T>(yargs: Argv<T>): Argv<T> {
  const option = yargs.option.bind(yargs) as (name: string, words: object) => Argv<T>; // the one of its overloads that the others lead to
  return Object.assign(yargs, {
    option: (name: string, words: object) => option(name, { ...words, hidden: true }),
    example: () => yargs,
    epilogue: () => yargs,
  });
}

/** Only what the line can mean: every further command costs a millisecond or two (Node 20, 2026-11). */
function modulesFor(verb: string | undefined): readonly (() => Promise<Command>)[] {
  const load = moduleOf(verb);
  return load ? [load] : Object.values(verbs);
}

function moduleOf(verb: string | undefined): (() => Promise<Command>) | undefined {
  const name = verb === undefined ? '' : (aliases.get(verb) ?? verb);
  return Object.hasOwn(verbs, name) ? verbs[name] : undefined;
}

function unmark(args: Record<string, unknown>): void {
  const bare = (value: unknown) => (typeof value === 'string' && value.startsWith(PLAIN) ? value.slice(1) : value);
  for (const [name, value] of Object.entries(args)) args[name] = Array.isArray(value) ? value.map(bare) : bare(value);
}

interface Line {
  readonly line: readonly string[];
  readonly verb: string | undefined;
}

/** Whatever yargs objects to is the line's fault; `fail(false)` makes it throw. */
async function reading<T>({ line, verb }: Line, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const command = moduleOf(verb);
    const message = error instanceof Error ? error.message : String(error);
    throw usageError(objection(message, line, command && entryOf(await command())));
  }
}
