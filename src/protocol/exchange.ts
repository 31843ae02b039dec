import { createConnection } from 'node:net';
import { readAnswer } from './answer.ts';
import type { MethodName, Params, Result } from './methods.ts';
import { checkSocket } from './socket.ts';

const LF = 10;
const PIECE_BYTES = 64 * 1024;

/** What is done beside an exchange. */
interface Beside {
  /** Ms after the request was sent, of a large one after it was begun; then nobody waits any more. */
  readonly patienceMs: number;
  /** Called once the request is away: what need not be done before costs no time after. */
  readonly meanwhile: () => void;
}

/**
 * One request and its answer, in half of the time that a conversation takes to begin; nothing where there is none in time, or for any
 * other reason but a socket that is not ours (a `Refusal`). Pieces come straight from the socket: to make a stream of them costs a
 * millisecond (Node 20, 2026-11).
 */
export async function exchange<M extends MethodName>(
  socketPath: string,
  method: M,
  params: Params<M>,
  beside: Beside,
): Promise<Result<M> | undefined> {
  checkSocket(socketPath);
  const line = await answerTo(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`, socketPath, beside);
  const answer = line === undefined ? undefined : readAnswer(line);
  // The server makes its answers from the table that these types come from, and only our own user can be the server.
  return answer && 'result' in answer ? (answer.result as Result<M>) : undefined;
}

function answerTo(request: string, path: string, { patienceMs, meanwhile }: Beside): Promise<string | undefined> {
  return new Promise((resolve) => {
    let over = false;
    let tooLate: NodeJS.Timeout | undefined;
    const end = (line?: string) => {
      over = true;
      resolve(line);
      clearTimeout(tooLate);
      setImmediate(() => socket.destroy()); // first of all, who waits goes on
    };
    const pieces: Buffer[] = [];
    const take = (bytes: number, buffer: Uint8Array): boolean => {
      pieces.push(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
      if (buffer[bytes - 1] === LF) end(Buffer.concat(pieces).toString('utf8'));
      return true;
    };
    const onread = { buffer: () => Buffer.allocUnsafe(PIECE_BYTES), callback: take };
    const socket = createConnection({ path, onread });
    socket.on('error', () => end()).on('close', () => end());
    const arm = () => {
      if (!over) tooLate ??= setTimeout(end, patienceMs);
    };
    const small = socket.write(request, () => {
      meanwhile();
      setImmediate(arm); // most answers are there in the next round, and a timer costs 0.4 ms
    });
    if (!small) arm(); // it may be more than the socket takes, and never be away
  });
}
