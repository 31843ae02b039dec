import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { firstOf } from '../../src/drivers/notes.ts';

describe('the first of some JSON files', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hf-notes-'));
  const at = (name: string): string => join(dir, name);
  writeFileSync(at('one'), '{"one":1}');
  writeFileSync(at('broken'), '{"one":');
  symlinkSync(at('one'), at('link'));
  mkdirSync(at('directory'));
  afterAll(() => rmSync(dir, { recursive: true }));

  test.each([
    ['that there is', ['none', 'one', 'broken'], { one: 1 }],
    ['behind a link, as people keep their dotfiles', ['link'], { one: 1 }],
    ['tells nothing where it is broken, for the next is not what its program reads', ['broken', 'one'], undefined],
    ['is no directory', ['directory'], undefined],
    ['is not below a file', ['one/x', 'link'], { one: 1 }],
    ['of none', [], undefined],
  ])('%s', async (_, names, expected) => {
    expect(await firstOf(names.map(at))).toEqual(expected);
  });
});
