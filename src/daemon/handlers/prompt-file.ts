import { randomUUID } from 'node:crypto';
import { lstat, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Context } from '../context.ts';

/** The prompt as a file of ours, on the same file system as the task. */
export async function promptFile(
  { paths }: Context,
  { prompt, promptFile: given }: { readonly prompt?: string | undefined; readonly promptFile?: string | undefined },
): Promise<string> {
  if ((prompt === undefined) === (given === undefined)) {
    throw new Refusal(
      EXIT.usage,
      'a task needs one prompt: give it with --prompt, --prompt-file FILE or on standard input',
    );
  }
  const path = join(paths.incomingDir, `taken-${randomUUID()}`);
  if (given !== undefined) {
    await mustBeIncoming(given, paths.incomingDir);
    await rename(given, path);
  } else {
    await writeFile(path, prompt ?? '', { mode: 0o600, flag: 'wx' });
  }
  if ((await stat(path)).size === 0) {
    await rm(path);
    throw new Refusal(EXIT.badPrompt, 'the prompt is empty: say what the agent shall do');
  }
  return path;
}

async function mustBeIncoming(path: string, incoming: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (dirname(path) === incoming && found?.isFile() && found.uid === process.getuid?.()) return;
  throw new Refusal(EXIT.noInput, `${path} is not a prompt file in ${incoming}: put it there first, mode 0600`);
}
