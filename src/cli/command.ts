import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Context } from './context.ts';

/** A command with its arguments, ready to run; it answers with the exit code. */
export type Run = (context: Context) => Promise<number>;

/** Flags that every command has, by the names under which yargs keeps them. */
export interface GlobalFlags {
  readonly json: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly 'no-start-daemon': boolean;
}

interface Definition<Flags, Words> {
  /** As yargs writes it: `show <task>`. */
  readonly command: string | readonly string[];
  readonly describe: string;
  readonly builder: (yargs: Argv<GlobalFlags>) => Argv<Flags>;
  /** The arguments that plain words without any flag mean; `undefined` where they mean nothing. Saves loading yargs. */
  readonly words?: (words: readonly string[]) => Words | undefined;
  readonly handler: (args: ArgumentsCamelCase<Flags> | Words, context: Context) => Promise<number>;
}

/** A command, whatever its arguments. */
export interface Command {
  /** Understands plain words, or leaves them to yargs. */
  readonly understand: (words: readonly string[]) => Run | undefined;
  /** Adds the command to yargs; `choose` hears what is to be run. */
  readonly register: (yargs: Argv<GlobalFlags>, choose: (run: Run) => void) => Argv<GlobalFlags>;
}

/** Ties the parts of a command together, so that only it knows the type of its arguments. */
export const defineCommand = <Flags, Words = never>({
  command,
  describe,
  builder,
  words,
  handler,
}: Definition<Flags, Words>): Command => ({
  understand(given) {
    const args = words?.(given);
    return args === undefined ? undefined : (context) => handler(args, context);
  },
  register: (yargs, choose) =>
    yargs.command<Flags>(command, describe, builder, (args) => choose((context) => handler(args, context))),
});

/** What words mean to a command where they have no flag but `--json`. */
export function understood(
  command: Command,
  given: readonly string[],
): { readonly run: Run; readonly json: boolean } | undefined {
  const words = given.filter((word) => word !== '--json');
  if (words.some((word) => word.startsWith('-'))) return undefined;
  const run = command.understand(words);
  return run && { run, json: words.length < given.length };
}

/** The arguments of a command that takes one task and nothing else. */
export const oneTask = ([task, ...more]: readonly string[]): { readonly task: string } | undefined =>
  task === undefined || more.length > 0 ? undefined : { task };
