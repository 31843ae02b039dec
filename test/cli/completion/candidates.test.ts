import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeDaemon, fakeDaemon, row } from '../../protocol/fake-daemon.ts';
import { holdfast } from '../shell.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await fakeDaemon(() => ({
    tasks: [
      row({ name: 'fix-login', labels: ['web'] }),
      row({ name: 'fix-docs', agent: 'pi' }),
      row({ name: 'other' }),
    ],
  }));
});
afterEach(() => daemon.close());

const complete = async (words: readonly string[], stateDir = daemon.dir) => {
  const { code, stdout, stderr } = await holdfast(['__complete', ...words], { env: { HOLDFAST_STATE_DIR: stateDir } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').filter(Boolean);
};

describe('after', () => {
  test.each<[string, string[]]>([
    ['sta', ['start']],
    ['show fix', ['fix-login', 'fix-docs']],
    ['show fix-login ', []],
    ['wait other fix-l', ['fix-login']],
    ['logs --attempt 2 o', ['other']],
    ['logs --attempt ', []],
    ['logs -n 5 o', ['other']],
    ['start c', ['codex', 'claude']],
    ['start codex fix', []],
    ['start codex x --permissions r', ['read-only']],
    ['start codex x --cwd ', [':directories']],
    ['start codex x --prompt-file ', [':files']],
    ['list --label ', ['web']],
    ['list --agent p', ['pi']],
    ['list --state ga', ['gave-up']],
    ['list --color a', ['auto', 'always']],
    ['show x --js', ['--json']],
    ['daemon re', ['restart', 'reload']],
    ['service un', ['uninstall']],
    ['help ex', ['explain', 'exit-codes']],
    ['nonsense ', []],
  ])('"%s"', async (line, found) => {
    expect(await complete(line.split(' '))).toEqual(found);
  });
});

test('without a daemon there are no names, at once and without a word', async () => {
  expect(await complete(['show', ''], '/nowhere')).toEqual([]);
});
