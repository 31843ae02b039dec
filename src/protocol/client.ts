import { createConnection, type Socket } from 'node:net';
import { timerMs } from '../domain/timer.ts';
import { readAnswer } from './answer.ts';
import { ConnectionLost, Refusal, Unreachable } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { MethodName, Params, Result } from './methods.ts';
import { checkSocket } from './socket.ts';

/** A conversation with the daemon: one request at a time, the others wait for their turn. */
export interface Connection {
  call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>>;
  close(): void;
}

/** How long the daemon may take for an answer beyond the time that the request itself allows. */
const PATIENCE_MS = 60_000;

/** Connects to the daemon, after a look at who owns the socket: whoever does could be anyone who is not us. */
export async function connect(socketPath: string): Promise<Connection> {
  checkSocket(socketPath);
  return converse(await dial(socketPath));
}

function dial(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    const fail = (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') reject(new Unreachable('absent', { cause: error }));
      // refused: nobody listens any more; reset: it died while we waited to be let in
      else if (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET')
        reject(new Unreachable('dead', { cause: error }));
      else reject(new Refusal(EXIT.unavailable, `cannot connect to ${path}: ${error.message}`, { cause: error }));
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

interface Pending {
  readonly id: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

function converse(socket: Socket): Connection {
  let lastId = 0;
  let pending: Pending | undefined;
  let lost: ConnectionLost | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const lose = (error: ConnectionLost) => {
    lost ??= error;
    socket.destroy();
    pending?.reject(lost);
    pending = undefined;
  };
  socket.on('error', (cause) => lose(new ConnectionLost(`the daemon went away: ${cause.message}`, { cause })));
  socket.on('close', () => lose(new ConnectionLost('the daemon went away before it answered')));
  socket.on(
    'data',
    byLine((line) => {
      const answer = readAnswer(line);
      if (answer === undefined) return lose(new ConnectionLost('the daemon answered with something that is no answer'));
      if (pending === undefined || answer.id !== pending.id) return;
      const { resolve, reject } = pending;
      pending = undefined;
      if ('error' in answer) reject(answer.error);
      else resolve(answer.result);
    }),
  );

  const request = (method: string, params: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (lost) return reject(lost);
      const id = ++lastId;
      pending = { id, resolve, reject };
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });

  return {
    async call(method, params) {
      const answer = turn.then(() => inTime(request(method, params), method, params, lose));
      turn = answer.catch(() => {}); // its own caller hears of it; the next request has its own fate
      // The server makes its answers from the table that these types come from, and only our own user can be the server.
      return (await answer) as Result<typeof method>;
    },
    close: () => socket.destroy(),
  };
}

/** A daemon that accepts and never answers must not hold a script for ever. */
async function inTime<T>(answer: Promise<T>, method: string, params: object, lose: (error: ConnectionLost) => void) {
  const ms = timerMs(PATIENCE_MS + allowance(params));
  const timer = setTimeout(() => lose(new ConnectionLost(`the daemon did not answer "${method}" in ${ms} ms`)), ms);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}

const allowance = (params: { readonly waitMs?: number; readonly graceMs?: number }): number =>
  (params.waitMs ?? 0) + (params.graceMs ?? 0);

/** Cuts a stream at LF and nowhere else; a line may come in any number of pieces. */
function byLine(onLine: (line: string) => void): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  return (chunk) => {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      onLine(Buffer.concat([...pieces, chunk.subarray(from, at)]).toString('utf8'));
      pieces = [];
      from = at + 1;
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from));
  };
}
