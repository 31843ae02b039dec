import type { Connection } from '../protocol/client.ts';
import type { Result } from '../protocol/methods.ts';
import { aliases } from './aliases.ts';
import { type Command, type Run, understood } from './command.ts';
import { explain } from './commands/explain.ts';
import { list } from './commands/list.ts';
import { show } from './commands/show.ts';
import { offer } from './completion/complete.ts';
import { makeContext } from './context.ts';
import { type Commands, type Written, written } from './reference/commands.ts';
import type { Terminal } from './terminal.ts';

/** What persons and scripts ask for again and again, and what changes nothing. */
export const near: Readonly<Record<string, Command>> = { list, show, explain };

type Rendered = Result<'render'>['rendered'];

/**
 * The command line inside of a process that has it loaded: what it says to a plain look and to the question of a shell's completion,
 * or nothing where the line is anything else, or not all is plain sailing. `table` reads the commands as the build has written them.
 */
export function residentFace(table: () => Written) {
  const commands = written(table);
  return async (line: readonly string[], terminal: Terminal | undefined, connection: Connection): Promise<Rendered> => {
    const found = meaning(line, commands);
    if (found === undefined) return undefined;
    const stdout = paper(terminal);
    const stderr = paper(undefined);
    const around = { env: process.env, stdin: NOBODY, stdout, stderr, cwd: () => process.cwd() };
    const color = terminal?.color ? 'always' : 'never';
    try {
      const context = makeContext(around, { json: found.json, color, noStartDaemon: true }, async () => connection);
      return { exitCode: await found.run(context), stdout: stdout.text, stderr: stderr.text };
    } catch {
      return undefined; // who asked runs it again, and says what is the matter
    }
  };
}

function meaning(
  [verb = '', ...words]: readonly string[],
  commands: Commands,
): { readonly run: Run; readonly json: boolean } | undefined {
  if (verb === '__complete') return { run: (context) => offer(words, commands, context), json: false };
  const name = aliases.get(verb) ?? verb;
  const command = Object.hasOwn(near, name) ? near[name] : undefined;
  return command && understood(command, words);
}

const NOBODY = { async *[Symbol.asyncIterator]() {} };

/** Keeps what is written, as wide as where it will be shown. */
const paper = (terminal: Terminal | undefined) => ({
  text: '',
  isTTY: terminal !== undefined,
  columns: terminal?.columns,
  write(text: string) {
    this.text += text;
  },
});
