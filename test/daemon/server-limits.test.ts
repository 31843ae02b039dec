import { mkdtempSync, statSync } from 'node:fs';
import { connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Handlers, type Limits, listen } from '../../src/daemon/server.ts';
import { Refusal } from '../../src/protocol/errors.ts';

const patience = { timeout: 5000, interval: 5 };
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server whose `wait` is answered when the test wants it, and that counts who waits. */
async function serve(limits?: Partial<Limits>) {
  let waiting = 0;
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const left: unknown[] = [];
  const handlers = {
    list: async () => ({ tasks: [] }),
    show: async () => {
      throw new Refusal(3, 'there is no task');
    },
    wait: async (_: unknown, caller: AbortSignal) => {
      waiting += 1;
      caller.addEventListener('abort', () => left.push(caller.reason));
      await gate;
      return { over: true, tasks: [] };
    },
  };
  const path = join(mkdtempSync(join(tmpdir(), 'hf-server-')), 's');
  const log = pino({ enabled: false });
  // The methods that no test here calls are missing.
  const server: Server = await listen(path, handlers as unknown as Handlers, log, limits);
  closing.push(() => server.close());
  return { path, server, waiting: () => waiting, release, left };
}

/** A client that says anything. */
function client(path: string) {
  const socket: Socket = connect(path);
  closing.push(() => socket.destroy());
  let text = '';
  let ended = false;
  socket.on('error', () => undefined); // it is thrown out on purpose
  socket.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  socket.on('close', () => {
    ended = true;
  });
  const answers = (): readonly { readonly id: unknown; readonly error?: { readonly message: string } }[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  return { socket, answers, ended: () => ended };
}

const frame = (method: string, id: unknown, params: object = {}): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
const asked = { tasks: ['x'], waitMs: 60_000 };

/** The server still answers somebody else. */
async function expectWell(path: string): Promise<void> {
  const other = client(path);
  other.socket.write(frame('list', 1));
  await vi.waitFor(() => expect(other.answers()).toEqual([{ jsonrpc: '2.0', id: 1, result: { tasks: [] } }]), patience);
  other.socket.destroy();
}

describe('the socket', () => {
  test('is for its owner alone, whatever the umask', async () => {
    const before = process.umask(0);
    const { path } = await serve();
    process.umask(before);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each<[string, string, RegExp]>([
    ['no JSON', 'hello\n', /no JSON-RPC/],
    ['a list of requests', `[${frame('list', 1).trim()}]\n`, /no JSON-RPC/],
    ['an id that is an object', frame('list', {}), /no JSON-RPC/],
    ['an unknown method', frame('destroy', 1), /there is no method "destroy"/],
    ['a method of every object', frame('constructor', 1), /there is no method "constructor"/],
    ['__proto__ for a method', frame('__proto__', 1), /there is no method "__proto__"/],
    [
      '__proto__ in params',
      '{"jsonrpc":"2.0","id":1,"method":"list","params":{"__proto__":{"agent":"x"}}}\n',
      /__proto__/,
    ],
    ['a parameter that is not in the table', frame('list', 1, { all: true }), /all/],
    ['a parameter of the wrong kind', frame('list', 1, { agent: {} }), /agent: /],
  ])('answers %s with an error', async (_, text, says) => {
    const { path } = await serve();
    const { socket, answers } = client(path);
    socket.write(text);
    await vi.waitFor(() => expect(answers()[0]?.error?.message).toMatch(says), patience);
    socket.write(frame('show', 2, { task: 'x' }));
    await vi.waitFor(() => expect(answers()[1]).toMatchObject({ id: 2, error: { data: { exitCode: 3 } } }), patience);
    expect(({} as Record<string, unknown>).agent).toBeUndefined();
  });

  test.each([
    ['in one line', '\n'],
    ['that never ends', ''],
  ])('throws out who sends 100 MB %s, and keeps none of it', async (_, end) => {
    const { path } = await serve();
    const { socket, answers, ended } = client(path);
    const megabyte = Buffer.alloc(2 ** 20, 'x');
    for (let sent = 0; sent < 100 && socket.writable; sent += 1)
      await new Promise((done) => {
        socket.once('close', done).write(megabyte, () => done(socket.off('close', done)));
      });
    if (socket.writable) socket.write(end);
    await vi.waitFor(() => expect(ended()).toBe(true), patience);
    for (const { error } of answers()) expect(error?.message).toMatch(/may have \d+ bytes/);
    await expectWell(path);
  });

  test('throws out who sends half a request and then nothing', async () => {
    const { path } = await serve({ frameMs: 200 });
    const idle = client(path);
    const half = client(path);
    half.socket.write(frame('list', 1) + frame('list', 2).slice(0, 20));
    await vi.waitFor(() => expect(half.ended()).toBe(true), patience);
    expect(half.answers().map(({ id }) => id)).toEqual([1, null]);
    expect(idle.ended()).toBe(false); // to be silent between two requests is no fault
  });

  test('lets who is slow but whole have an answer', async () => {
    const { path } = await serve({ frameMs: 60_000 });
    const { socket, answers } = client(path);
    for (const character of frame('list', 1)) await new Promise((done) => socket.write(character, done));
    await vi.waitFor(() => expect(answers()).toHaveLength(1), patience);
  });

  test('works on so many requests of one connection at once and no more, and answers all of them in the end', async () => {
    const { path, waiting, release } = await serve({ atOnce: 3, rate: { most: 5000, everyMs: 1000 } });
    const { socket, answers } = client(path);
    const ids = Array.from({ length: 2000 }, (_, n) => n);
    socket.write(ids.map((id) => frame('wait', id, asked)).join(''));
    await vi.waitFor(() => expect(waiting()).toBe(3), patience);
    await expectWell(path);
    expect(waiting()).toBe(3);
    release();
    await vi.waitFor(() => expect(answers()).toHaveLength(ids.length), patience);
    expect(new Set(answers().map(({ id }) => id))).toEqual(new Set(ids));
  });

  test('begins so many requests of one connection in a stretch of time, and answers all of them in the end', async () => {
    const { path, waiting, release } = await serve({ atOnce: 4, rate: { most: 5, everyMs: 100 } });
    const { socket, answers } = client(path);
    const ids = Array.from({ length: 15 }, (_, n) => n);
    const began = performance.now();
    socket.write(frame('wait', 'long', asked) + ids.map((id) => frame('list', id)).join(''));
    await vi.waitFor(() => expect(answers()).toHaveLength(15), patience);
    expect(performance.now() - began).toBeGreaterThan(290);
    expect(answers().map(({ id }) => id)).toEqual(ids);
    expect(waiting()).toBe(1); // one that waits for news is begun once
    release();
    await vi.waitFor(() => expect(answers().at(-1)?.id).toBe('long'), patience);
  });

  test('holds back those of one connection alone, and forgets them when it goes', async () => {
    const { path, waiting, left } = await serve({ rate: { most: 2, everyMs: 60_000 } });
    const { socket } = client(path);
    socket.write(frame('wait', 1, asked).repeat(50));
    await vi.waitFor(() => expect(waiting()).toBe(2), patience);
    await expectWell(path);
    expect(waiting()).toBe(2);
    socket.destroy();
    await vi.waitFor(() => expect(left).toHaveLength(2), patience);
    await expectWell(path);
    expect(waiting()).toBe(2);
  });

  test('survives a thousand connections and those that leave in the middle of an answer', async () => {
    const { path, server, waiting, left } = await serve();
    const crowd = Array.from({ length: 1000 }, () => client(path));
    for (const { socket } of crowd) socket.write(frame('wait', 1, asked));
    await vi.waitFor(() => expect(waiting()).toBeGreaterThan(100), patience);
    expect(waiting()).toBeLessThanOrEqual(256);
    for (const { socket } of crowd) socket.destroy();
    await vi.waitFor(() => expect(left).toHaveLength(waiting()), patience);
    const open = () => new Promise((done) => server.getConnections((_, count) => done(count)));
    await vi.waitFor(async () => expect(await open()).toBe(0), patience);
    await expectWell(path);
  });

  test('forgets what a connection has still to ask when it goes', async () => {
    const { path, waiting, release } = await serve({ atOnce: 1 });
    const { socket } = client(path);
    socket.write(frame('wait', 1, asked).repeat(50));
    await vi.waitFor(() => expect(waiting()).toBe(1), patience);
    socket.destroy();
    await expectWell(path);
    release();
    await expectWell(path);
    expect(waiting()).toBe(1);
  });
});
