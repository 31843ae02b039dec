import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aliases } from '../../../src/cli/aliases.ts';
import { ask } from '../../../src/cli/quick/ask.ts';
import { near } from '../../../src/cli/resident.ts';
import { type FakeDaemon, fakeDaemon, Refused } from '../../protocol/fake-daemon.ts';

let daemon: FakeDaemon;
let answer: unknown;
beforeEach(async () => {
  daemon = await fakeDaemon(() => answer);
});
afterEach(() => daemon.close());

/** What is said to a line; all of it stands beside `code`. */
async function asked(line: readonly string[], dir = daemon.dir) {
  let stdout = '';
  let stderr = '';
  const code = await ask(line, {
    env: { HOLDFAST_STATE_DIR: dir },
    stdin: process.stdin,
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    cwd: () => '/work',
  });
  return { code, stdout, stderr };
}

const nothing = { code: undefined, stdout: '', stderr: '' };

test('what the daemon says is said, with its exit code', async () => {
  answer = { rendered: { exitCode: 3, stdout: 'fix-login  running  ❯\n', stderr: 'holdfast: the disk is full\n' } };
  expect(await asked(['list', '--json'])).toEqual({
    code: 3,
    stdout: 'fix-login  running  ❯\n',
    stderr: 'holdfast: the disk is full\n',
  });
  expect(daemon.requests).toMatchObject([{ method: 'render', params: { line: ['list', '--json'] } }]);
});

test('an answer may come in many pieces', async () => {
  const long = '❯ fix-login\n'.repeat(50_000);
  answer = { rendered: { exitCode: 0, stdout: long, stderr: '' } };
  expect(await asked(['list'])).toEqual({ code: 0, stdout: long, stderr: '' });
});

describe('nothing is said, and the program is left to say it,', () => {
  test.each([
    ['where the daemon has nothing to say', {}],
    ['where it is of a version that knows no such question', new Refused(1, 'there is no method "render"', -32_601)],
    ['where it does not answer', undefined],
  ])('%s', async (_, given) => {
    answer = given;
    expect(await asked(['show', 'nobody'])).toEqual(nothing);
  });

  test('where nobody can tell where it would be', async () => {
    expect(await asked(['list'], 'here')).toEqual(nothing);
  });

  test('where there is none, or it goes away', async () => {
    expect(await asked(['list'], '/nowhere')).toEqual(nothing);
    const leaving = await fakeDaemon((_, socket) => void socket.destroy());
    expect(await asked(['list'], leaving.dir)).toEqual(nothing);
    await leaving.close();
    expect(await asked(['list'], leaving.dir)).toEqual(nothing);
  });
});

test('the program knows which lines may be asked', () => {
  const program = readFileSync(new URL('../../../bin/holdfast.js', import.meta.url), 'utf8');
  const known = [...program.matchAll(/(\w+): \['ask'[^\]]*\]/g)].map(([, word]) => word);
  const others = [...aliases].filter(([, verb]) => Object.hasOwn(near, verb)).map(([word]) => word);
  expect(new Set(known)).toEqual(new Set([...Object.keys(near), ...others, '__complete']));
});
