import { describe, expect, test } from 'vitest';
import { type Check, checkIn } from '../../src/domain/check.ts';
import type { AgentEvent } from '../../src/domain/event.ts';
import { advance, noProgress } from '../../src/domain/progress.ts';

const ended = (what: string, more: object = {}) =>
  ({ type: 'tool-ended', call: '1', tool: 'Bash', what, ok: true, output: '', ...more }) as const;

describe('a command looks like a test', () => {
  test.each([
    'npm test',
    'npm run test:unit -- --run',
    'npx vitest run test/cart.test.ts',
    'node --test',
    'cargo test --all',
    'go test ./...',
    'make -j4 check',
    'python3 -m pytest -q',
    'python3 -m unittest',
    'cd app && CI=1 npm test 2>&1 | tail -20',
    'grep -c it test/a.js; npx jest',
    '/bin/bash -lc "npm ci && npm test"',
    './test.sh',
  ])('%s', (command) => {
    expect(checkIn(ended(command))).toHaveLength(1);
  });

  test.each([
    'ls',
    'git checkout main',
    'npm run latest',
    'cat test/cart.test.js',
    "sed -n '1,80p' test/cart.test.js | head",
    'cd test && ls',
    'grep -rn "a|test" src',
    'mkdir -p test && cp a.js test/',
    'git commit -m "Add tests; check them"',
    'test -f package.json && npm install',
    '[ -d test ]',
    `/bin/bash -lc "sed -n '1,80p' test/cart.test.js"`,
    '',
  ])('but not: %s', (command) => {
    expect(checkIn(ended(command))).toEqual([]);
  });

  test.each(['Read', 'edit', 'Write', 'Grep', 'web-search', ''])('but not where the tool is %s', (tool) => {
    expect(checkIn(ended('npm test', { tool }))).toEqual([]);
  });
});

describe('the commands that looked like tests', () => {
  const checks = (...events: readonly AgentEvent[]): readonly Check[] => events.reduce(advance, noProgress).checks;
  const begun = { type: 'tool-started', call: '1', tool: 'Bash', what: 'npm test' } as const;

  test.each<[string, readonly AgentEvent[], readonly Check[]]>([
    ['that passed', [ended('npm test', { exitCode: 0 })], [{ what: 'npm test', ok: true, exitCode: 0 }]],
    ['that failed', [ended('npm test', { ok: false, exitCode: 2 })], [{ what: 'npm test', ok: false, exitCode: 2 }]],
    ['that ended without a code', [ended('npm test', { ok: false })], [{ what: 'npm test', ok: false }]],
    [
      'of which nobody tells how they ended',
      [ended('npm test', { untold: true })],
      [{ what: 'npm test', ok: true, untold: true }],
    ],
    [
      'of an agent whose results name neither tool nor command',
      [begun, ended('', { tool: '', exitCode: 1, ok: false })],
      [{ what: 'npm test', ok: false, exitCode: 1 }],
    ],
    [
      'of an agent that tells of a command only when it has ended',
      [ended('npm test')],
      [{ what: 'npm test', ok: true }],
    ],
    ['that have not ended', [begun], []],
    ['of a file that it has read', [ended('test/cart.test.js', { tool: 'Read', output: 'it()' })], []],
  ])('%s', (_, events, expected) => {
    expect(checks(...events)).toEqual(expected);
  });

  test('are the last ten, in their order', () => {
    const runs = Array.from({ length: 12 }, (_, nth) => ended(`npm test ${nth}`));
    expect(checks(...runs).map(({ what }) => what)).toEqual(runs.slice(2).map(({ what }) => what));
  });
});
