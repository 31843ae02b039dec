import { isatty } from 'node:tty';
import { exchange } from '../../protocol/exchange.ts';
import type { Result } from '../../protocol/methods.ts';
import { pathsHere } from '../../protocol/paths.ts';
import { PATIENCE_MS as COMPLETION_MS } from '../completion/complete.ts';
import type { Surroundings } from '../context.ts';
import { terminalOf } from '../terminal.ts';

const STDOUT = 1;
/** A daemon that is busy for longer, ms, is asked by the program, which can wait. */
const PATIENCE_MS = 400;

/**
 * Has the daemon, where all is loaded, render what we would print for this line. Whatever is not plain sailing is left to the program, which
 * does it all again and knows what to say.
 */
export async function ask(line: readonly string[], around: Surroundings): Promise<number | undefined> {
  const rendered = await renderedBy(line, around).catch(() => undefined);
  if (rendered === undefined) return undefined;
  if (rendered.stderr !== '') around.stderr.write(rendered.stderr);
  around.stdout.write(rendered.stdout);
  return rendered.exitCode;
}

async function renderedBy(line: readonly string[], around: Surroundings): Promise<Result<'render'>['rendered']> {
  const { env } = around;
  const terminal = isatty(STDOUT) ? terminalOf(around.stdout, env) : undefined;
  const request = { line: [...line], ...(terminal ? { terminal } : {}) };
  const meanwhile = () => void around.stdout; // merely to look at a stream opens it, which takes as long as the daemon thinks
  const patienceMs = line[0] === '__complete' ? COMPLETION_MS : PATIENCE_MS;
  const answer = await exchange(pathsHere(env).socket, 'render', request, { patienceMs, meanwhile });
  return answer?.rendered;
}
