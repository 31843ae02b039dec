import { afterEach, describe, expect, test } from 'vitest';
import { type Connection, connect } from '../../src/protocol/client.ts';
import { patiently } from '../../src/protocol/patient.ts';
import { type FakeDaemon, fakeDaemon, hello, privateDir, Refused, row, type Script } from './fake-daemon.ts';

const over = { over: true, tasks: [row({ state: 'succeeded' })] };
const question = { tasks: ['fix-login'], waitMs: 30_000 };
const open: FakeDaemon[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A daemon that goes away at the first question and comes back, once asked for, with another script. */
async function restarting(first: Script, second: Script) {
  const dir = privateDir();
  let daemon = await fakeDaemon(first, dir);
  open.push(daemon);
  const said: string[] = [];
  const connection = await patiently({
    say: (line) => said.push(line),
    limitMs: 5_000,
    async reach({ awayMs }): Promise<Connection> {
      if (awayMs > 0 && open.length === 1) {
        await daemon.close();
        daemon = await fakeDaemon(second, dir);
        open.push(daemon);
      }
      return connect(daemon.socket);
    },
  });
  return { connection, said, last: () => daemon };
}

describe('a question that takes hours', () => {
  test.each<[string, Script]>([
    ['is killed', (_, socket) => void socket.destroy()],
    ['says that it ends', () => new Refused(69, 'the daemon ends')],
  ])('is asked again when the daemon %s and returns', async (_, first) => {
    const { connection, said, last } = await restarting(first, ({ method }) => (method === 'hello' ? hello : over));
    await expect(connection.ask('wait', question)).resolves.toEqual(over);
    expect(last().requests.map(({ method }) => method)).toEqual(['hello', 'wait']);
    expect(said).toContain('the daemon went away; waiting for its return');
    connection.close();
  });

  test('that the daemon refuses is not asked again', async () => {
    const { connection, said } = await restarting(
      () => new Refused(3, 'there is no task "x"'),
      () => over,
    );
    await expect(connection.ask('wait', question)).rejects.toMatchObject({ exitCode: 3 });
    expect(said).toEqual([]);
    connection.close();
  });

  test('is given up when the daemon stays away', async () => {
    const daemon = await fakeDaemon((_, socket) => void socket.destroy());
    open.push(daemon);
    const connection = await patiently({ reach: () => connect(daemon.socket), say: () => {}, limitMs: 300 });
    const asking = connection.ask('wait', question);
    await expect.poll(() => daemon.requests.length).toBe(1);
    await open.pop()?.close();
    await expect(asking).rejects.toMatchObject({ exitCode: 69 });
  });
});
