import { setMaxListeners } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { type MethodName, methods, type Parsed, type Result } from '../protocol/methods.ts';
import { ExhaustedError } from '../system/command.ts';
import { failpoint } from '../system/failpoint.ts';
import { unwritable } from '../system/files.ts';
import { lineSplitter } from '../system/jsonl.ts';
import { takeTurns } from '../system/turns.ts';
import type { Log } from './log.ts';
import { type Rate, requestRate } from './request-rate.ts';

/** One function for each method; a missing one does not compile. */
export type Handlers = { readonly [M in MethodName]: (params: Parsed<M>, caller: AbortSignal) => Promise<Result<M>> };

const LINE_FEED = 10;
const REQUEST_BYTES = 2 * 1024 * 1024;
const MOST_CONNECTIONS = 256;
/** What one connection may take. */
export interface Limits {
  /** So many requests are at work or on their way back; it is not read further until one is through. */
  readonly atOnce: number;
  /** So many are begun in a stretch of time. The next one waits for its end, and counts among those at work meanwhile. */
  readonly rate: Rate;
  /** A request is whole so long after its first byte, or the connection is closed. */
  readonly frameMs: number;
}
/**
 * Who asks for a `list` of 20 tasks as fast as answers come gets 3,300 of them a second and takes 63 % of our only thread;
 * 200 take 6 % (Node 20, 2026-11). A page of `logs` or `events` holds so much that ours need fewer.
 */
const LIMITS: Limits = { atOnce: 200, rate: { most: 200, everyMs: 1000 }, frameMs: 30_000 };

const request = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.number(), z.string()]),
  method: z.string().max(40),
  params: z.unknown().optional(),
});

/** Listens on a socket in a private directory. The caller holds the lock, so a socket that is there is a dead daemon's. */
export async function listen(
  path: string,
  handlers: Handlers,
  log: Log,
  limits: Partial<Limits> = {},
): Promise<Server> {
  failpoint();
  await rm(path, { force: true });
  const server = createServer((socket) =>
    converse(socket, (text, caller) => answer(text, handlers, log, caller), { ...LIMITS, ...limits }),
  );
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  failpoint();
  await chmod(path, 0o600);
  return server;
}

type Reply = (text: string, caller: AbortSignal) => Promise<object>;

function converse(socket: Socket, reply: Reply, { atOnce, rate, frameMs }: Limits): void {
  const gone = new AbortController();
  setMaxListeners(0, gone.signal); // each request at work may listen
  const turns = takeTurns(atOnce);
  const next = requestRate(rate, () => performance.now());
  const split = lineSplitter({ maxBytes: REQUEST_BYTES, onDropped: () => refuse(`may have ${REQUEST_BYTES} bytes`) });
  let begun = Promise.resolve();
  let unread = 0;
  let late: NodeJS.Timeout | undefined;

  const refuse = (limit: string): void => {
    socket.off('data', take).resume(); // what still comes goes nowhere
    socket.end(line(failure(null, -32_600, `a request ${limit}`, EXIT.usage)), () => socket.destroy());
  };
  /** Unless it is us who do not read. */
  const tooLate = (): void => {
    if (socket.isPaused()) late?.refresh();
    else refuse(`must be whole after ${frameMs} ms`);
  };
  const wait = (): void => {
    clearTimeout(late);
    late = unread > 0 ? setTimeout(tooLate, frameMs).unref() : undefined;
  };
  const take = (chunk: Buffer): void => {
    const lines = split(chunk);
    const end = chunk.lastIndexOf(LINE_FEED);
    unread = end < 0 ? unread + chunk.length : chunk.length - end - 1;
    if (unread > REQUEST_BYTES) refuse(`may have ${REQUEST_BYTES} bytes`); // half a frame that never ends
    if (end >= 0 || !late) wait();
    for (const text of lines) void turns(() => serve(text));
    if (turns.waiting() > 0) socket.pause();
  };
  const serve = async (text: string): Promise<void> => {
    begun = begun.then(() => calm(next(), gone)); // one after the other: whoever came first begins first
    await begun;
    if (gone.signal.aborted) return;
    const words = line(await reply(text, gone.signal));
    if (socket.writable) await new Promise((sent) => socket.write(words, sent)); // who does not read gets no more
    if (turns.waiting() === 0) socket.resume();
  };
  socket.on('data', take);
  socket.on('error', () => gone.abort()); // a client that vanishes is no affair of ours
  socket.on('close', () => {
    clearTimeout(late);
    turns.forget();
    gone.abort();
  });
}

/** Waits so long, unless the caller goes. */
async function calm(ms: number, { signal }: AbortController): Promise<void> {
  if (ms > 0) await pause(ms, undefined, { signal }).catch(() => undefined);
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
    const why = unwritable(error);
    if (why !== undefined)
      return failure(id, -32_000, `nothing was changed, nothing can be written (${why})`, EXIT.cannotWrite);
    if (error instanceof ExhaustedError)
      return failure(
        id,
        -32_000,
        `${error.message}: what was asked is not done, or not wholly; ask again`,
        EXIT.tryAgain,
      );
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
