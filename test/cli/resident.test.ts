import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pages } from '../../src/cli/reference/pages.ts';
import { residentFace } from '../../src/cli/resident.ts';
import { connect } from '../../src/protocol/client.ts';
import { detail, type FakeDaemon, fakeDaemon, Refused, row } from '../protocol/fake-daemon.ts';
import { holdfast } from './shell.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await fakeDaemon(({ method, params }) => {
    if (params.task === 'nobody') return new Refused(3, 'there is no task "nobody"');
    if (method === 'list') return { tasks: [row({ summary: 'a word '.repeat(40) })], degraded: 'the disk is full' };
    return { task: detail(), looked: [], signals: [], history: [] };
  });
});
afterEach(() => daemon.close());

const { table } = await pages('1.2.3');

/** What the command line says where it is loaded already. */
async function said(line: string, terminal?: { columns: number; color: boolean }, read = () => table) {
  const connection = await connect(daemon.socket);
  try {
    return await residentFace(read)(line.split(' '), terminal, connection);
  } finally {
    connection.close();
  }
}

describe('a look says what the whole program says', () => {
  const ago = /\d+[dhms]\d*[hms]*/g; // the two look a moment apart
  test.each([
    'list',
    'ls',
    'list --json',
    'show fix-login',
    'show fix-login --json',
    'explain fix-login',
    '__complete show ',
    '__complete start codex x --per',
    '__complete help ',
    '__complete list --state ',
  ])('to "%s"', async (line) => {
    const whole = await holdfast(line.split(' '), { env: { HOLDFAST_STATE_DIR: daemon.dir } });
    expect(whole).toMatchObject({ code: 0, stdout: expect.stringMatching(/./) });
    const { exitCode, stdout, stderr } = (await said(line)) ?? expect.fail();
    expect({ code: exitCode, stdout: stdout.replace(ago, ''), stderr }).toEqual({
      ...whole,
      stdout: whole.stdout.replace(ago, ''),
    });
  });

  test.each(['show nobody', 'list --watch', 'list --state running', 'list extra', 'stop fix-login', 'show', ''])(
    'and nothing to "%s"',
    async (line) => {
      expect(await said(line)).toBeUndefined();
    },
  );

  test('nor to a question of completion where the package has moved', async () => {
    const moved = () => JSON.parse(readFileSync('/nowhere/dist/commands.json', 'utf8'));
    expect(await said('__complete show ', undefined, moved)).toBeUndefined();
  });
});

describe('on a terminal', () => {
  test('it is as wide as that, and painted where that shows colours', async () => {
    const lines = async (color: boolean) => (await said('list', { columns: 60, color }))?.stdout.split('\n') ?? [];
    const plain = await lines(false);
    expect(Math.max(...plain.map(({ length }) => length))).toBe(60);
    expect(plain.join('')).not.toContain('\u001b');
    expect((await lines(true)).join('')).toContain('\u001b[32mrunning\u001b[0m');
  });

  test('nothing of it is painted or cut elsewhere', async () => {
    const stdout = (await said('list'))?.stdout ?? '';
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('a word '.repeat(40).trim());
  });
});
