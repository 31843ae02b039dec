import { statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Observation } from '../domain/observation.ts';
import { failpoint } from '../system/failpoint.ts';
import { hasCode, readJson, readJsonNow, readTailNow } from '../system/files.ts';
import type { Identity } from '../system/processes.ts';

/** Where everything of one attempt lies. */
export const attemptFiles = (taskDir: string, attempt: number) => {
  const at = join(taskDir, 'attempts', String(attempt));
  const launch = join(taskDir, 'launch', String(attempt));
  return {
    at,
    runner: join(at, 'runner.json'),
    agent: join(at, 'agent.json'),
    exit: join(at, 'exit.json'),
    events: join(at, 'events.jsonl'),
    stderr: join(at, 'stderr.log'),
    revoked: join(at, 'revoked'),
    screen: join(at, 'screen.txt'),
    order: `${launch}.sh`,
    continuation: `${launch}.continue.md`,
    fifo: `${launch}.fifo`,
    nonce: `${launch}.nonce`,
    host: `${launch}.host`,
  };
};

const STDERR_BYTES = 8192;

/** What the files of an attempt say. Times are epoch ms, from the file system's clock. */
export async function readAttempt(
  taskDir: string,
  attempt: number,
): Promise<Pick<Observation, 'claim' | 'bornAt' | 'exit' | 'stderr'>> {
  const files = attemptFiles(taskDir, attempt);
  const [made, revoked] = [writtenAt(files.at), writtenAt(files.revoked)];
  const [born, exitAt] = [writtenAt(files.runner), writtenAt(files.exit)];
  const status = exitAt === undefined ? undefined : statusOf(readJsonNow(files.exit));
  return {
    claim: made === undefined ? 'none' : revoked === undefined ? 'runner' : 'revoked',
    ...(born === undefined ? {} : { bornAt: born }),
    ...(status === undefined || exitAt === undefined ? {} : { exit: { status, at: exitAt } }),
    stderr: status === undefined || status === 0 ? '' : readTailNow(files.stderr, STDERR_BYTES),
  };
}

const hostShape = (value: unknown): value is { readonly boot: string; readonly server: number } =>
  typeof value === 'object' &&
  value !== null &&
  'boot' in value &&
  typeof value.boot === 'string' &&
  'server' in value &&
  typeof value.server === 'number';

/** Where an attempt was launched: the run of the machine, and the process of the tmux server. */
export function readHost(taskDir: string, attempt: number) {
  const host = readJsonNow(attemptFiles(taskDir, attempt).host);
  return hostShape(host) ? host : undefined;
}

/** A status is a whole number from 0 to 255; anything else in the file is no exit record. */
function statusOf(record: unknown): number | undefined {
  if (typeof record !== 'object' || record === null || !('status' in record)) return undefined;
  const { status } = record;
  return typeof status === 'number' && Number.isInteger(status) && status >= 0 && status <= 255 ? status : undefined;
}

function writtenAt(path: string): number | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && Math.round(stats.mtimeMs);
  } catch (error) {
    if (hasCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Takes the claim of an attempt that nobody has claimed: from now on no runner can begin it. */
export async function revoke(taskDir: string, attempt: number): Promise<void> {
  failpoint();
  const { at, revoked } = attemptFiles(taskDir, attempt);
  try {
    await mkdir(at, { mode: 0o700 });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    throw error;
  }
  failpoint();
  await writeFile(revoked, '', { mode: 0o600 });
}

/** The process that a record names, as its own writer saw it; nothing where the record is missing or cannot be one. */
export async function recorded(path: string): Promise<Identity | undefined> {
  const record = await readJson(path);
  if (typeof record !== 'object' || record === null || !('pid' in record) || !('start' in record)) return undefined;
  const { pid, start } = record;
  return typeof pid === 'number' && Number.isInteger(pid) && pid > 1 && typeof start === 'string'
    ? { pid, start: start.trim() }
    : undefined;
}
