import { plainLine } from '../domain/plain-text.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { reachDaemon } from '../protocol/reach.ts';
import { allCommands, beside, helpWidth } from './beside.ts';
import type { Run } from './command.ts';
import { type Globals, makeContext, type Surroundings } from './context.ts';
import { tell } from './errors.ts';
import { fastPath, verbs } from './fast-path.ts';
import { defined } from './reference/commands.ts';

const commands = defined(verbs);

/** Runs one command line and answers with its exit code; nothing is thrown. */
export async function main(line: readonly string[], around: Surroundings = process): Promise<number> {
  try {
    const other = await beside(line, commands);
    if (other) return await run(other, around, { json: false, color: 'auto', noStartDaemon: true });
    const fast = await fastPath(line);
    if (fast) return await run(fast.run, around, { json: fast.json, color: 'auto', noStartDaemon: false });
    const { parse } = await import('./args.ts');
    const parsed = await parse(line);
    if (parsed) return await run(parsed.run, around, parsed.globals);
    const help = await allCommands(commands);
    around.stderr.write(help(helpWidth(around)));
    return EXIT.usage;
  } catch (error) {
    const { line: sentence, exitCode } = tell(error);
    around.stderr.write(`holdfast: ${plainLine(sentence)}\n`);
    if (around.env.HOLDFAST_DEBUG && error instanceof Error) around.stderr.write(`${error.stack}\n`);
    return exitCode;
  }
}

async function run(command: Run, around: Surroundings, globals: Globals): Promise<number> {
  const context = makeContext(around, globals, reachDaemon);
  try {
    return await command(context);
  } finally {
    context.close();
  }
}
