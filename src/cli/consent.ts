import { plainLine } from '../domain/plain-text.ts';
import type { Connection } from '../protocol/client.ts';
import { Refusal, RemoteError } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import type { Context } from './context.ts';

/** What decides about a question: where the task is to work, and whether stdin is free for the answer. */
export interface Consent {
  readonly directory: string;
  readonly stdinIsPrompt: boolean;
}

/** The operator's consent that comes with the call, by flag or environment. */
export const isGiven = (yes: boolean, { HOLDFAST_YES }: Context['env']): boolean =>
  yes || (HOLDFAST_YES !== undefined && HOLDFAST_YES !== '' && HOLDFAST_YES !== '0');

/** After a refusal: is it consent that is missing, and does the person at the terminal give it? */
export async function isGivenNow(
  error: unknown,
  { directory, stdinIsPrompt }: Consent,
  daemon: Connection,
  context: Context,
) {
  if (!(error instanceof RemoteError) || error.exitCode !== EXIT.notAllowed) return false;
  if (stdinIsPrompt || !context.stdin.isTTY) return false;
  const { trusted } = await daemon.call('trust', { action: 'check', directory });
  if (trusted) return false;
  const answer = await ask(`Let agents work in ${plainLine(directory)} and below it? [y/N] `, context);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  throw new Refusal(EXIT.notAllowed, 'nothing was started');
}

/** One line from the terminal. Leaving the loop closes stdin, which would keep the process alive. */
async function ask(question: string, { stdin, stderr }: Context): Promise<string> {
  stderr.write(question);
  let text = '';
  for await (const chunk of stdin) {
    text += chunk.toString('utf8');
    if (text.includes('\n')) break;
  }
  if (!text.includes('\n')) stderr.write('\n');
  return text.split('\n', 1)[0] ?? '';
}
