import type { Connection } from '../protocol/client.ts';
import { Refusal } from '../protocol/errors.ts';
import type { Running } from './check.ts';

/** How long a daemon may take for its answers. */
export interface Patience {
  readonly helloMs: number;
  readonly notifiersMs: number;
}

/** The notifiers are other people's programs: one cold start of OpenClaw took 1.2 to 8 s (2026.9.6, 2 cores). */
const PATIENCE: Patience = { helloMs: 3000, notifiersMs: 30_000 };

/** What the daemon says of itself; nothing where none answers. One that greets is well, whatever its notifiers do. */
export async function running(
  open: () => Promise<Connection>,
  { helloMs, notifiersMs }: Patience = PATIENCE,
): Promise<Running | undefined> {
  let connection: Connection | undefined;
  try {
    connection = await open();
    const { pid, version, problems, later, tmux } = await inTime(connection.call('hello', {}), helloMs);
    const notifiers = await notifiersOf(connection, notifiersMs);
    return { pid, version, problems, later, tmux: tmux.command, notifiers };
  } catch (error) {
    if (error instanceof Refusal || (error instanceof Error && error.name === 'TimeoutError')) return undefined;
    throw error;
  } finally {
    connection?.close();
  }
}

async function notifiersOf(connection: Connection, ms: number): Promise<Running['notifiers']> {
  try {
    return (await inTime(connection.call('notify', { action: 'check' }), ms)).notifiers;
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    return { unknown: isLate ? `no answer in ${ms / 1000} s` : String(error) };
  }
}

/** A daemon that hangs must not make the doctor hang. */
async function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
  const silence = AbortSignal.timeout(ms);
  const late = new Promise<never>((_, reject) => silence.addEventListener('abort', () => reject(silence.reason)));
  return await Promise.race([answer, late]);
}
