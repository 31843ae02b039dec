import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from './client.ts';
import { ConnectionLost, RemoteError, Unreachable } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { Params, Result } from './methods.ts';

/** Questions that may be asked again without any harm, and that may take hours. */
type Repeatable = 'wait' | 'logs' | 'events';

/** A connection whose questions survive the daemon's restart. */
export interface PatientConnection {
  ask<M extends Repeatable>(method: M, params: Params<M>): Promise<Result<M>>;
  close(): void;
}

/** How to get a connection, and where to say that the old one is lost. */
export interface Patience {
  readonly reach: (times: { readonly awayMs: number }) => Promise<Connection>;
  readonly say: (line: string) => void;
  /** How long a daemon may be away. */
  readonly limitMs?: number;
}

/** Asks over a connection; when the daemon goes away, waits for its return and asks again. */
export async function patiently({ reach, say, limitMs = 60_000 }: Patience): Promise<PatientConnection> {
  let connection = await reach({ awayMs: 0 });
  return {
    async ask(method, params) {
      for (;;) {
        try {
          return await connection.call(method, params);
        } catch (error) {
          if (!isAway(error)) throw error;
          say('the daemon went away; waiting for its return');
        }
        connection.close();
        await sleep(100); // a daemon that falls over at this very question must not make us spin
        connection = await again(reach, limitMs);
      }
    },
    close: () => connection.close(),
  };
}

/** An orderly daemon says that it ends, a killed one just stops talking. */
const isAway = (error: unknown): boolean =>
  error instanceof ConnectionLost ||
  error instanceof Unreachable ||
  (error instanceof RemoteError && error.exitCode === EXIT.unavailable);

async function again(reach: Patience['reach'], limitMs: number): Promise<Connection> {
  const { default: retry } = await import('p-retry');
  const since = Date.now();
  return retry(async () => living(await reach({ awayMs: Date.now() - since })), {
    retries: Number.POSITIVE_INFINITY,
    maxRetryTime: limitMs,
    minTimeout: 100,
    maxTimeout: 2_000,
    factor: 1.5,
    shouldRetry: ({ error }) => isAway(error),
  });
}

/** A daemon on its way out still accepts: only an answer proves that it lives. */
async function living(connection: Connection): Promise<Connection> {
  try {
    await connection.call('hello', {});
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
