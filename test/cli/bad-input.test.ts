import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { privateDir } from '../protocol/fake-daemon.ts';
import { holdfast } from './shell.ts';

const NOBODY = 65_534;

const dir = privateDir();
const file = (name: string, content = '') => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};
const link = (name: string, target: string) => {
  symlinkSync(target, join(dir, name));
  return join(dir, name);
};
mkdirSync(join(dir, 'directory'));
execFileSync('mkfifo', [join(dir, 'fifo')]);
const start = ['start', 'codex', 'fix'];

test.each<[string[], number, RegExp]>([
  [['lst'], 2, /"lst" is no command; did you mean "list"\?/],
  [['kill', 'x'], 2, /"kill" is no command; did you mean "stop"\?/],
  [['status'], 2, /"status" is no command; did you mean "list"\?/],
  [['bogus'], 2, /"bogus" is no command; all of them: holdfast --help/],
  [['\u001b[2J'], 2, /^holdfast: "" is no command/],
  [['list', '--foo'], 2, /there is no flag --foo; see: holdfast list --help/],
  [['list', '-xy'], 2, /there is no flag -x; see: holdfast list --help/],
  [['--foo'], 2, /there is no flag --foo; see: holdfast --help/],
  [['--json', 'lst'], 2, /"lst" is no command; see: holdfast --help/],
  [[...start, '--permisions', 'full'], 2, /: there is no flag --permisions; did you mean --permissions\?$/m],
  [[...start, '--max-atempts=3'], 2, /: there is no flag --max-atempts; did you mean --max-attempts\?$/m],
  [['list', 'extra'], 2, /: "extra" is one word too many: list takes none$/m],
  [['list', '--json', 'json'], 2, /"json" is one word too many/],
  [['stop', 'a', 'b'], 2, /: "b" is one word too many: stop takes one <task>$/m],
  [['stop', 'a', 'b, c', 'd'], 2, /: "b, c" is one word too many/],
  [['stop', '--', 'a', 'b'], 2, /: "b" is one word too many: stop takes one <task>$/m],
  [['stop', '--grace', '5s', 'a', 'b'], 2, /: "b" is one word too many: stop takes one <task>$/m],
  [[...start, 'now'], 2, /: "now" is one word too many: start takes <agent> <task>$/m],
  [
    [...start, '--prompt', 'hi', 'there'],
    2,
    /"there" is one .*; the text after --prompt needs quotes: --prompt "\.\.\."$/m,
  ],
  [['list', '--state', 'asleep'], 2, /"asleep" is not a state; there are pending, /],
  [['list', '--color', 'red'], 2, /--color is "red": choose one of "auto", "always", "never"/],
  [['list', '--label', 'a', '--label', 'b'], 2, /takes one value was given several: "a", "b"/],
  [['list', '--label'], 2, /--label needs a value/],
  [['show'], 2, /: show needs <task>, as in: holdfast show fix-login$/m],
  [['wait'], 2, /: wait needs <tasks\.\.>, as in: holdfast wait /],
  [['start'], 2, /: start needs <agent> <task>, as in: holdfast start codex fix-login --prompt-file task\.md$/m],
  [['start', 'demo'], 2, /: start needs <task> too, as in: holdfast start codex/],
  [['daemon'], 2, /: daemon needs one of start, stop, restart, reload, status, run, as in: holdfast daemon status$/m],
  [['config'], 2, /: config needs one of get, set, unset, list, edit, path, schema, as in: holdfast config list/],
  [['logs', 'x', '-n', 'many'], 2, /--lines is "many": write a whole number from 0 to 100000/],
  [['logs', 'x', '--attempt', '0'], 2, /--attempt is "0"/],
  [['wait', 'x', '--timeout', '5'], 2, /--timeout is "5": write a duration with its unit/],
  [['prune', '--older', 'long'], 2, /--older is "long"/],
  [['stop', 'x', '--grace', 'soon'], 2, /--grace is "soon"/],
  [['send', 'x'], 2, /nothing to send/],
  [['send', 'x', 'text', '--key', 'Enter'], 2, /either a text or keys/],
  [['daemon', 'strt'], 2, /"daemon strt" is no command: did you mean "start"\?/],
  [['notify', 'chekc'], 2, /"notify chekc" is no command: did you mean "check"\?/],
  [['daemon', 'constructor'], 2, /there are start, stop, restart, reload, status, run/],
  [[...start, '--prompt', 'a', '--prompt-file', 'b'], 2, /either --prompt or --prompt-file, not both/],
  [[...start, '--prompt', 'a', '--permissions', 'root'], 2, /choose one of read-only, workspace, full/],
  [[...start, '--prompt', 'a', '--max-attempts', '0'], 2, /--max-attempts is "0"/],
  [[...start, '--prompt', 'a', '--env', 'ABSENT'], 2, /--env ABSENT: it is not set here/],
  [[...start, '--prompt', ' \n'], 65, /the prompt from --prompt is empty/],
  [[...start, '--prompt-file', file('blank', ' \r\n\t')], 65, /the prompt from .*blank is empty/],
  [start, 65, /the prompt from stdin is empty/],
  [[...start, '--prompt-file', join(dir, 'absent')], 66, /there is no prompt file ".*absent"$/m],
  [[...start, '--prompt-file', join(file('plain', 'x'), 'y')], 66, /a part of the path is not a directory/],
  [[...start, '--prompt-file', join(dir, 'directory')], 66, /is a directory: name a file in it/],
  [[...start, '--prompt-file', join(dir, 'fifo')], 66, /is a FIFO: pipe it in instead/],
  [[...start, '--prompt-file', '/dev/zero'], 66, /is a device/],
  [[...start, '--prompt-file', link('to-fifo', join(dir, 'fifo'))], 66, /is a FIFO: pipe it in instead/],
  [[...start, '--prompt-file', link('to-zero', '/dev/zero')], 66, /is a device/],
  [[...start, '--prompt-file', link('to-nothing', join(dir, 'absent'))], 66, /there is no prompt file/],
  [['list'], 69, /the daemon is not running. Start it with: holdfast daemon start/],
])('%j exits with %d', async (line, code, sentence) => {
  const stateDir = privateDir();
  const said = await holdfast(line, { env: { HOLDFAST_STATE_DIR: stateDir, HOLDFAST_NO_START_DAEMON: '1' } });
  expect(said).toMatchObject({ code, stdout: '' });
  expect(said.stderr).toMatch(sentence);
  expect(said.stderr).toMatch(/^holdfast: [^\n]+\n$/);
  for (const name of readdirSync(stateDir)) expect(readdirSync(join(stateDir, name))).toEqual([]);
});

test('a prompt that is nowhere, on a terminal, is asked for', async () => {
  const said = await holdfast(start, { tty: true, env: { HOLDFAST_STATE_DIR: privateDir() } });
  expect(said).toMatchObject({ code: 2, stderr: expect.stringMatching(/give --prompt TEXT or --prompt-file FILE/) });
});

test('a prompt file that is not readable is told from one that is not there', async () => {
  const mine = mkdtempSync(join(tmpdir(), 'hf-unreadable-'));
  onTestFinished(() => rmSync(mine, { recursive: true }));
  const path = join(mine, 'secret');
  writeFileSync(path, 'x');
  chmodSync(path, 0);
  const run = () => holdfast([...start, '--prompt-file', path], { env: { HOLDFAST_STATE_DIR: join(mine, 'state') } });
  expect(await (process.geteuid?.() === 0 ? asNobody(mine, run) : run())).toMatchObject({
    code: 66,
    stderr: expect.stringMatching(/is not readable for you/),
  });
});

/** Root reads everything: it becomes somebody else for as long as this takes, in a directory that is given away. */
async function asNobody<T>(directory: string, act: () => Promise<T>): Promise<T> {
  chownSync(directory, NOBODY, NOBODY);
  process.seteuid?.(NOBODY);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}

test('a state directory that others can enter is refused', async () => {
  const stateDir = privateDir();
  chmodSync(stateDir, 0o755);
  const said = await holdfast([...start, '--prompt', 'x'], { env: { HOLDFAST_STATE_DIR: stateDir } });
  expect(said).toMatchObject({ code: 77, stderr: expect.stringMatching(/chmod 700/) });
});
