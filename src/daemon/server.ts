import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { type MethodName, methods, type Parsed, type Result } from '../protocol/methods.ts';
import { lineSplitter } from '../system/jsonl.ts';
import type { Log } from './log.ts';

/** One function for each method; a missing one does not compile. */
export type Handlers = { readonly [M in MethodName]: (params: Parsed<M>, caller: AbortSignal) => Promise<Result<M>> };

const REQUEST_BYTES = 2 * 1024 * 1024;
const MOST_CONNECTIONS = 64;

const request = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.number(), z.string()]),
  method: z.string().max(40),
  params: z.unknown().optional(),
});

/** Listens on a socket in a private directory. The caller holds the lock, so a socket that is there is a dead daemon's. */
export async function listen(path: string, handlers: Handlers, log: Log): Promise<Server> {
  await rm(path, { force: true });
  const server = createServer((socket) => converse(socket, handlers, log));
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return server;
}

function converse(socket: Socket, handlers: Handlers, log: Log): void {
  const gone = new AbortController();
  socket.on('close', () => gone.abort());
  socket.on('error', () => gone.abort()); // a client that vanishes is no affair of ours
  const tooLong = () => {
    socket.end(
      line({
        id: null,
        error: { code: -32_600, message: `a request may have ${REQUEST_BYTES} bytes`, data: { exitCode: EXIT.usage } },
      }),
    );
  };
  const split = lineSplitter({ maxBytes: REQUEST_BYTES, onDropped: tooLong });
  let unread = 0;
  socket.on('data', (chunk: Buffer) => {
    const lines = split(chunk);
    unread = lines.length > 0 ? 0 : unread + chunk.length;
    if (unread > REQUEST_BYTES) return tooLong(); // half a frame that never ends
    for (const text of lines)
      void answer(text, handlers, log, gone.signal).then((reply) => socket.writable && socket.write(line(reply)));
  });
}

const line = (reply: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...reply })}\n`;

async function answer(text: string, handlers: Handlers, log: Log, caller: AbortSignal): Promise<object> {
  const parsed = request.safeParse(parseJson(text));
  if (!parsed.success) return failure(null, -32_600, 'this is no JSON-RPC 2.0 request', EXIT.usage);
  const { id, method, params } = parsed.data;
  if (!isMethod(method)) return failure(id, -32_601, `there is no method ${JSON.stringify(method)}`, EXIT.usage);
  const given = methods[method].params.safeParse(params ?? {});
  if (!given.success) return failure(id, -32_602, sentence(given.error), EXIT.usage);
  try {
    // The table ties each method's params to its handler; TypeScript cannot see that across a union of methods.
    const handle = handlers[method] as (params: unknown, caller: AbortSignal) => Promise<unknown>;
    return { id, result: await handle(given.data, caller) };
  } catch (error) {
    if (error instanceof Refusal) return failure(id, -32_000, error.message, error.exitCode);
    log.error({ event: 'request-failed', method, err: error }, 'a request failed');
    return failure(id, -32_603, error instanceof Error ? error.message : String(error), EXIT.error);
  }
}

const isMethod = (name: string): name is MethodName => Object.hasOwn(methods, name);

const failure = (id: string | number | null, code: number, message: string, exitCode: number): object => ({
  id,
  error: { code, message, data: { exitCode } },
});

/** All of a request's faults in one line. */
const sentence = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join('; ');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // said by the caller
  }
}
