import { plainLine } from '../domain/plain-text.ts';
import { beside } from './beside.ts';
import type { Run } from './command.ts';
import { type Globals, makeContext, type Surroundings } from './context.ts';
import { tell } from './errors.ts';
import { fastPath } from './fast-path.ts';

/** Runs one command line and answers with its exit code; nothing is thrown. */
export async function main(line: readonly string[], around: Surroundings = process): Promise<number> {
  try {
    const other = await beside(line);
    if (other) return await run(other, around, { json: false, color: 'auto', noStartDaemon: true });
    const fast = await fastPath(line);
    if (fast) return await run(fast.run, around, { json: fast.json, color: 'auto', noStartDaemon: false });
    const { parse } = await import('./args.ts');
    const parsed = await parse(line, around);
    return typeof parsed === 'number' ? parsed : await run(parsed.run, around, parsed.globals);
  } catch (error) {
    const { line: sentence, exitCode } = tell(error);
    around.stderr.write(`holdfast: ${plainLine(sentence)}\n`);
    if (around.env.HOLDFAST_DEBUG && error instanceof Error) around.stderr.write(`${error.stack}\n`);
    return exitCode;
  }
}

async function run(command: Run, around: Surroundings, globals: Globals): Promise<number> {
  const context = makeContext(around, globals);
  try {
    return await command(context);
  } finally {
    context.close();
  }
}
