import { randomUUID } from 'node:crypto';
import { lstat, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { failpoint } from '../../system/failpoint.ts';
import type { Context } from '../context.ts';

interface Given {
  readonly prompt?: string | undefined;
  readonly promptFile?: string | undefined;
}

/** Hands the prompt on as a file of ours, on the same file system as the task. What is not taken over is gone, however that ends. */
export async function withPrompt<T>({ paths }: Context, given: Given, take: (file: string) => Promise<T>): Promise<T> {
  if ((given.prompt === undefined) === (given.promptFile === undefined)) {
    throw new Refusal(
      EXIT.usage,
      'a task needs one prompt: give it with --prompt, --prompt-file FILE or on standard input',
    );
  }
  const path = join(paths.incomingDir, `taken-${randomUUID()}`);
  try {
    if (given.promptFile === undefined) {
      await writeFile(path, given.prompt ?? '', { mode: 0o600, flag: 'wx' });
    } else {
      await mustBeIncoming(given.promptFile, paths.incomingDir);
      await rename(given.promptFile, path);
    }
    failpoint();
    if ((await stat(path)).size === 0)
      throw new Refusal(EXIT.badPrompt, 'the prompt is empty: say what the agent shall do');
    return await take(path);
  } finally {
    await rm(path, { force: true }).catch(() => undefined); // on a sick disk; what went wrong before is what is told
  }
}

async function mustBeIncoming(path: string, incoming: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (dirname(path) === incoming && found?.isFile() && found.uid === process.getuid?.()) return;
  throw new Refusal(EXIT.noInput, `${path} is not a prompt file in ${incoming}: put it there first, mode 0600`);
}
