import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Connection, connect } from '../../src/protocol/client.ts';
import { type FakeDaemon, fakeDaemon, hello, privateDir, Refused, row, type Script } from './fake-daemon.ts';

const open: (Connection | FakeDaemon)[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function talkTo(script: Script) {
  const daemon = await fakeDaemon(script);
  const connection = await connect(daemon.socket);
  open.push(connection, daemon);
  return { daemon, connection };
}

describe('a question', () => {
  test('is JSON-RPC in one line, and its answer comes back', async () => {
    const { daemon, connection } = await talkTo(() => ({ tasks: [row()] }));
    await expect(connection.call('list', { agent: 'codex' })).resolves.toEqual({ tasks: [row()] });
    expect(daemon.requests).toEqual([{ jsonrpc: '2.0', id: 1, method: 'list', params: { agent: 'codex' } }]);
  });

  test('waits until the one before it is answered', async () => {
    const held: (() => void)[] = [];
    const { daemon, connection } = await talkTo(({ id }, socket) => {
      held.push(() => socket.write(`{"id":${id},"result":{"sent":"${id}"}}\n`));
    });
    const both = Promise.all([connection.call('send', { task: 'a' }), connection.call('send', { task: 'b' })]);
    await expect.poll(() => held.length).toBe(1);
    held[0]?.();
    await expect.poll(() => held.length).toBe(2);
    held[1]?.();
    await expect(both).resolves.toEqual([{ sent: '1' }, { sent: '2' }]);
    expect(daemon.requests).toHaveLength(2);
  });

  test('may be answered in pieces that cut a character in two', async () => {
    const { connection } = await talkTo(({ id }, socket) => {
      const line = Buffer.from(`{"id":${id},"result":{"sent":"fé\u2028"}}\n`);
      const middle = line.indexOf(0xc3) + 1;
      socket.write(line.subarray(0, middle));
      // Between two turns of the loop the client has read the first piece.
      setImmediate(() => setImmediate(() => socket.write(line.subarray(middle))));
    });
    await expect(connection.call('send', { task: 'a' })).resolves.toEqual({ sent: 'fé\u2028' });
    await expect(connection.call('send', { task: 'b' })).resolves.toEqual({ sent: 'fé\u2028' });
  });
});

test('a question that allows more than a timer can wait is not given up at once', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }); // these overflow as those of Node do
  onTestFinished(() => void vi.useRealTimers());
  const held: (() => void)[] = [];
  const { connection } = await talkTo(({ id }, socket) => {
    held.push(() => socket.write(`{"id":${id},"result":{"task":{}}}\n`));
  });
  const stopped = connection.call('stop', { task: 'a', graceMs: 30 * 86_400_000 });
  const outcome = stopped.then(
    () => 'answered',
    (error: Error) => error.message,
  );
  await expect.poll(() => held.length).toBe(1);
  vi.advanceTimersByTime(60_000);
  held[0]?.();
  expect(await outcome).toBe('answered');
});

describe('a refusal', () => {
  test('carries the sentence and the exit code of the daemon', async () => {
    const { connection } = await talkTo(() => new Refused(3, 'there is no task "x"'));
    await expect(connection.call('show', { task: 'x' })).rejects.toMatchObject({
      name: 'RemoteError',
      message: 'there is no task "x"',
      exitCode: 3,
    });
  });

  test('leaves the connection usable', async () => {
    const { connection } = await talkTo(({ method }) => (method === 'hello' ? hello : new Refused(3, 'no')));
    await expect(connection.call('show', { task: 'x' })).rejects.toThrow('no');
    await expect(connection.call('hello', {})).resolves.toEqual(hello);
  });

  test('of an unknown method says that the versions differ', async () => {
    const { connection } = await talkTo(() => new Refused(1, 'no method "list"', -32_601));
    await expect(connection.call('list', {})).rejects.toThrow(/of another version.*holdfast daemon restart/);
  });
});

describe('a daemon that goes away', () => {
  test('in the middle of a question is told from one that refuses', async () => {
    const { connection } = await talkTo((_, socket) => void socket.destroy());
    await expect(connection.call('list', {})).rejects.toMatchObject({ name: 'ConnectionLost', exitCode: 69 });
    await expect(connection.call('list', {})).rejects.toMatchObject({ name: 'ConnectionLost' });
  });

  test('or that talks nonsense is left', async () => {
    const { connection } = await talkTo((_, socket) => void socket.write('hello?\n'));
    await expect(connection.call('list', {})).rejects.toThrow('something that is no answer');
  });
});

describe('a socket', () => {
  test('that is not there is no daemon', async () => {
    await expect(connect(join(privateDir(), 'daemon.sock'))).rejects.toMatchObject({
      name: 'Unreachable',
      why: 'absent',
    });
    await expect(connect('/nowhere/holdfast/daemon.sock')).rejects.toMatchObject({ why: 'absent', exitCode: 69 });
  });

  test('that nobody listens on is a dead one', async () => {
    const daemon = await fakeDaemon(() => undefined);
    const path = join(daemon.dir, 'dead.sock');
    spawnSync(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 9))`,
    ]);
    open.push(daemon);
    await expect(connect(path)).rejects.toMatchObject({ name: 'Unreachable', why: 'dead' });
  });

  test.each<[string, (dir: string) => string, RegExp]>([
    [
      'in a directory that others can enter',
      (dir) => {
        chmodSync(dir, 0o750);
        return join(dir, 'daemon.sock');
      },
      /open to other users. Close it with: chmod 700/,
    ],
    [
      'in a directory that is a symbolic link',
      (dir) => {
        const link = join(privateDir(), 'link');
        symlinkSync(dir, link);
        return join(link, 'daemon.sock');
      },
      /is a symbolic link/,
    ],
    [
      'that is itself a symbolic link',
      (dir) => {
        const other = join(privateDir(), 'daemon.sock');
        symlinkSync(join(dir, 'daemon.sock'), other);
        return other;
      },
      /is not a socket/,
    ],
    [
      'that is a file',
      (dir) => {
        mkdirSync(join(dir, 'sub'), { mode: 0o700 });
        writeFileSync(join(dir, 'sub', 'daemon.sock'), '');
        return join(dir, 'sub', 'daemon.sock');
      },
      /is not a socket/,
    ],
  ])('%s is not trusted', async (_, arrange, why) => {
    const daemon = await fakeDaemon(() => hello);
    open.push(daemon);
    const error = await connect(arrange(daemon.dir)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ exitCode: 77, message: expect.stringMatching(why) });
    expect(daemon.connections.size).toBe(0);
    rmSync(daemon.dir, { recursive: true });
  });

  test.runIf(process.geteuid?.() === 0)('that belongs to another user is not trusted', async () => {
    const daemon = await fakeDaemon(() => hello);
    open.push(daemon);
    chownSync(daemon.socket, 12_345, 12_345);
    await expect(connect(daemon.socket)).rejects.toMatchObject({
      exitCode: 77,
      message: expect.stringMatching(/uid 12345/),
    });
    chownSync(daemon.dir, 12_345, 12_345);
    await expect(connect(daemon.socket)).rejects.toMatchObject({ exitCode: 77 });
  });
});
