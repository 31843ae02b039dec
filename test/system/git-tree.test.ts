import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { treeOf } from '../../src/system/git.ts';

let at: (...names: string[]) => string;
let env: Record<string, string>;
const git = (...words: string[]) => execFileSync('git', words, { cwd: at(), env, stdio: 'pipe' });
const commit = () => git('-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '--allow-empty', '-qam', 'x');
const word = () => treeOf(at('src'), env);

beforeEach(() => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'hf-tree-')));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  env = { PATH: process.env.PATH ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  at = (...names) => join(home, 'work', ...names);
  mkdirSync(at('src'), { recursive: true });
  git('init', '-q');
  writeFileSync(at('file'), 'one\n');
  writeFileSync(at('.gitignore'), 'built\n');
  git('add', '.');
  commit();
  writeFileSync(at('new'), 'one\n');
});

describe('a work tree has another word', () => {
  test.each<[string, () => unknown]>([
    ['when a tracked file is edited', () => writeFileSync(at('file'), 'two\n')],
    ['when a new file grows, which git status says nothing of', () => writeFileSync(at('new'), 'two\n')],
    ['when a file is added', () => writeFileSync(at('src', 'more'), '')],
    ['when a file is removed', () => rmSync(at('file'))],
    ['when something is committed', commit],
  ])('%s', async (_, change) => {
    const before = await word();
    change();
    expect(await word()).not.toBe(before);
  });
});

describe('a work tree has the same word', () => {
  test.each<[string, () => unknown]>([
    ['when nothing was done', () => undefined],
    ['when a file was written as it was', () => writeFileSync(at('file'), 'one\n')],
    ['when a file was touched', () => utimesSync(at('new'), 1, 1)],
    ['when something was built that is ignored', () => writeFileSync(at('built'), 'x')],
    ['when a change was taken back', () => [writeFileSync(at('file'), 'x'), git('checkout', '-q', 'file')]],
  ])('%s', async (_, change) => {
    const before = await word();
    expect(before).toMatch(/^[0-9a-f]{32}$/);
    change();
    expect(await word()).toBe(before);
  });
});

test.each<[string, () => unknown]>([
  ['outside of a repository', () => rmSync(at('.git'), { recursive: true })],
  ['before the first commit', () => [rmSync(at('.git'), { recursive: true }), git('init', '-q')]],
  ['where comparing would run a filter', () => git('config', 'filter.x.clean', 'touch pwned; cat')],
])('nobody knows %s', async (_, change) => {
  change();
  expect(await word()).toBeUndefined();
});

test('a link that leads nowhere is a file like others', async () => {
  const before = await word();
  symlinkSync('/nowhere', at('link'));
  expect(await word()).toMatch(/^[0-9a-f]{32}$/);
  expect(await word()).not.toBe(before);
});
