import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TaskDetail } from '../../src/protocol/methods.ts';
import { detail, type FakeDaemon, fakeDaemon, privateDir, Refused } from '../protocol/fake-daemon.ts';
import { holdfast } from './shell.ts';

const RESULT = '# fix-login: succeeded\n\nWell\u001b[2J done: exit 0\n';
const over: Partial<TaskDetail> = { state: 'succeeded', verdict: { state: 'succeeded', evidence: [] } };

let dir: string;
let daemon: FakeDaemon;
let task: TaskDetail;
beforeEach(async () => {
  dir = privateDir();
  const resultFile = join(dir, 'result.md');
  writeFileSync(resultFile, RESULT, { mode: 0o600 });
  task = detail({ ...over, resultFile });
  daemon = await fakeDaemon(({ method }) => (method === 'show' ? { task } : new Refused(1, `no ${method}`)));
});
afterEach(() => daemon.close());

const show = (...flags: readonly string[]) =>
  holdfast(['show', 'fix-login', ...flags], { env: { HOLDFAST_STATE_DIR: daemon.dir } });
const inDir = (...names: readonly string[]) => join(dir, ...names);
const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('show --result', () => {
  test('prints what came of it, without what a terminal would act on', async () => {
    expect(await show('--result')).toEqual({ code: 0, stdout: RESULT.replace('\u001b[2J', ''), stderr: '' });
  });

  test('gives it to programs in one document, as it is', async () => {
    const { code, stdout } = await show('--result', '--json');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(stdout)).toEqual({ schema: 1, result: RESULT });
  });

  test.each([[['--result']], [['--result', '--json']], [['--output', '/nowhere/result.md']]])(
    'of a task that is not over is none, whatever an end before it has left: %s',
    async (flags) => {
      task = { ...detail(), resultFile: task.resultFile };
      const { code, stdout, stderr } = await show(...flags);
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
      expect(stderr).toContain('fix-login is not over: its result comes with the end, see holdfast wait fix-login');
    },
  );

  test('that is gone is told with its path', async () => {
    task = { ...task, resultFile: inDir('gone.md') };
    const { code, stderr } = await show('--result');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^holdfast: the result of fix-login cannot be read: .*gone\.md'\n$/);
  });
});

describe('show --output FILE', () => {
  test.each([[['--result']], [[]], [['--json']]])(
    'writes it as it is, readable by its owner alone: %s',
    async (flags) => {
      expect(await show(...flags, '--output', inDir('new.md'))).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(readFileSync(inDir('new.md'), 'utf8')).toBe(RESULT);
      expect(modeOf(inDir('new.md'))).toBe(0o600);
    },
  );

  test('replaces what a file has, not its mode', async () => {
    writeFileSync(inDir('old.md'), 'x'.repeat(9999));
    chmodSync(inDir('old.md'), 0o644);
    expect(await show('--output', inDir('old.md'))).toMatchObject({ code: 0 });
    expect(readFileSync(inDir('old.md'), 'utf8')).toBe(RESULT);
    expect(modeOf(inDir('old.md'))).toBe(0o644);
  });

  test('writes through a link', async () => {
    writeFileSync(inDir('there.md'), '');
    symlinkSync('there.md', inDir('link.md'));
    expect(await show('--output', inDir('link.md'))).toMatchObject({ code: 0 });
    expect(readFileSync(inDir('there.md'), 'utf8')).toBe(RESULT);
  });

  test.each([
    [
      'in a directory that is not there',
      'nowhere/new.md',
      /ENOENT: no such file or directory, open '.*nowhere\/new\.md'/,
    ],
    ['that is a directory', 'directory', /EISDIR: .*directory'/],
    ['below a file', 'result.md/new.md', /ENOTDIR: .*new\.md'/],
  ])('%s is refused with its path', async (_, name, why) => {
    mkdirSync(inDir('directory'));
    const { code, stdout, stderr } = await show('--output', inDir(name));
    expect({ code, stdout }).toEqual({ code: 73, stdout: '' });
    expect(stderr).toMatch(/^holdfast: the result cannot be written: [^\n]*\n$/);
    expect(stderr).toMatch(why);
  });
});
