import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { which } from '../../src/system/which.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hf-which-'));
  for (const name of ['a', 'b']) mkdirSync(join(dir, name));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const program = (path: string, mode = 0o755): void => writeFileSync(join(dir, path), '', { mode });
const ask = (...directories: string[]) => which('codex', directories.map((name) => join(dir, name)).join(':'));

test('a name runs the first program of that name on the PATH', async () => {
  program('b/codex');
  expect(await ask('a', 'b')).toBe(join(dir, 'b/codex'));
  program('a/codex');
  expect(await ask('a', 'b')).toBe(join(dir, 'a/codex'));
});

test('a file that cannot be run is passed over, and so is a directory', async () => {
  program('a/codex', 0o644);
  mkdirSync(join(dir, 'b/codex'));
  expect(await ask('a', 'b')).toBeUndefined();
});

test('a symbolic link runs what it leads to, and nothing where it leads nowhere', async () => {
  symlinkSync(join(dir, 'none'), join(dir, 'a/codex'));
  program('b/real');
  symlinkSync(join(dir, 'b/real'), join(dir, 'b/codex'));
  expect(await ask('a', 'b')).toBe(join(dir, 'b/codex'));
});

test.each(['', '.', 'bin', '::', './a'])(
  'the relative directory %j runs nothing: it would be whatever lies in a work tree',
  async (path) => {
    program('a/codex');
    const before = process.cwd();
    process.chdir(join(dir, 'a'));
    try {
      expect(await which('codex', path)).toBeUndefined();
    } finally {
      process.chdir(before);
    }
  },
);
