import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LaunchScript, scriptText } from '../../src/drivers/launch-script.ts';

let home = '';
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'hf-order-')));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const order = (but: Partial<LaunchScript> = {}): LaunchScript => ({
  cwd: home,
  umask: 0o022,
  stdin: '/dev/null',
  env: {},
  argv: ['true'],
  ...but,
});

/** Reads the order in as the runner does, then says what it was told: directory, umask, standard input, the words, a variable. */
function readBy(
  shell: string,
  given: LaunchScript,
): { readonly status: number | null; readonly told: readonly string[] } {
  const file = join(home, 'order.sh');
  writeFileSync(file, scriptText(given));
  const ask = '. "$1"; printf "%s\\0" "$(pwd; echo .)" "$(umask)" "$stdin" "$VALUE" "$@"';
  const { status, stdout } = spawnSync(shell, ['-c', ask, shell, file], { env: { PATH: '/usr/bin:/bin' } });
  return { status, told: stdout.toString('utf8').split('\0').slice(0, -1) };
}

const hostile = [
  "it's",
  "''",
  '"double" \\ back \\n slash\\',
  'line\nfeed\n\n',
  '\r\n',
  '\ttab and  two spaces ',
  '$(touch pwned) `touch pwned` $\x7bHOME} $HOME $$ !!',
  '; rm -rf . & | > pwned < /dev/null',
  '-rf',
  '--',
  '*?[a-z]~{a,b}',
  '# no comment',
  'zażółć 🪢 結 \u2028',
  '\u0001\u001b[31m\u007f',
  '',
  '=',
  `'${'x'.repeat(200_000)}'`,
];
describe.each(['sh', 'bash'])('an order that %s reads in', (shell) => {
  test('passes every text on, byte by byte, as a word and as a value', () => {
    const value = hostile.join('|');
    const { status, told } = readBy(shell, order({ env: { VALUE: value }, argv: ['agent', ...hostile, 'last'] }));
    expect(told.slice(3)).toEqual([value, 'agent', ...hostile, 'last']);
    expect(status).toBe(0);
    expect(readdirSync(home)).toEqual(['order.sh']);
  });

  test.each(['a b', "it's", '-rf', '$(touch pwned)', 'line\nfeed\n', '🪢'])('goes to the directory %j', (name) => {
    const cwd = join(home, name);
    mkdirSync(cwd);
    const { told } = readBy(shell, order({ cwd, stdin: join(cwd, 'prompt.md') }));
    expect(told.slice(0, 3)).toEqual([`${cwd}\n.`, '0022', join(cwd, 'prompt.md')]);
  });

  test('ends with 66 where the directory is gone', () => {
    expect(readBy(shell, order({ cwd: join(home, 'gone') }))).toEqual({ status: 66, told: [] });
  });

  test('ends with 66 where a symbolic link has taken its place', () => {
    symlinkSync('/', join(home, 'elsewhere'));
    expect(readBy(shell, order({ cwd: join(home, 'elsewhere') }))).toEqual({ status: 66, told: [] });
  });

  test.each([
    [0o077, '0077'],
    [0o002, '0002'],
    [0, '0000'],
  ])('gives the agent the umask of the operator: %i', (umask, told) => {
    expect(readBy(shell, order({ umask })).told[1]).toBe(told);
  });

  test('leaves out a variable whose name is no name for a shell', () => {
    const env = { VALUE: 'kept', 'A=B; touch pwned;': 'x', '': 'x', 'BASH_FUNC_f%%': '() { :; }', '1A': 'x' };
    const { status, told } = readBy(shell, order({ env }));
    expect(status).toBe(0);
    expect(told[3]).toBe('kept');
    expect(readdirSync(home)).toEqual(['order.sh']);
  });
});
