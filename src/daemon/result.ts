import { join } from 'node:path';
import { isFinal } from '../domain/task.ts';
import { attemptFiles } from '../drivers/attempt.ts';
import { readTail, writeDurably } from '../system/files.ts';
import type { Held } from './held.ts';

const STDERR_BYTES = 4096;

/** Writes `result.md`: always there at the end, with the agent's last message or what stood in for it. */
export async function writeResult({ spec, task, dir, seen }: Held): Promise<void> {
  if (!isFinal(task.phase)) return;
  const said = seen?.progress.lastMessage?.trim();
  const stderr = said ? '' : (await readTail(attemptFiles(dir, task.attempt).stderr, STDERR_BYTES)).trim();
  const head = `# ${spec.name}: ${task.phase.state}\n\n${task.phase.why}\n\nattempts: ${task.attempt}\n\n---\n\n`;
  await writeDurably(join(dir, 'result.md'), `${head}${said || stderr || '(no output captured)'}\n`);
}
