import { chmodSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { exchange } from '../../src/protocol/exchange.ts';
import { privateDir } from './fake-daemon.ts';

/** A daemon that accepts and never reads, as one that was stopped. */
async function deaf(): Promise<string> {
  const dir = privateDir();
  chmodSync(dir, 0o700);
  const connections: Socket[] = [];
  const server = createServer({ pauseOnConnect: true }, (connection) => connections.push(connection));
  await new Promise<void>((resolve) => server.listen(join(dir, 'daemon.sock'), resolve));
  onTestFinished(() => {
    for (const connection of connections) connection.destroy();
    server.close();
  });
  return join(dir, 'daemon.sock');
}

test.each([
  ['a small one', 10],
  ['one that no buffer holds', 4_000_000],
])('nobody waits for the answer to a request that is not read: %s', async (_, length) => {
  const beside = { patienceMs: 50, meanwhile: () => undefined };
  expect(await exchange(await deaf(), 'render', { line: ['list', 'x'.repeat(length)] }, beside)).toBeUndefined();
});
