import { mkdirSync, mkdtempSync, readFileSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { directoriesOf, isWithin } from '../../src/daemon/directories.ts';

const root = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'hf-directories-')));

/** A state directory beside a few others, one of them a symbolic link out of `allowed`. */
function place() {
  const base = root();
  const at = (...names: string[]): string => join(base, ...names);
  for (const name of ['state', 'allowed/deep', 'allowed-not', 'elsewhere']) mkdirSync(at(name), { recursive: true });
  symlinkSync(at('elsewhere'), at('allowed', 'link'));
  symlinkSync(at('allowed'), at('alias'));
  return { at, file: at('state', 'trusted.json') };
}

describe('a path is within a directory', () => {
  test.each([
    ['/a', '/a', true],
    ['/a/b', '/a', true],
    ['/a/b', '/a/', true],
    ['/anything', '/', true],
    ['/ab', '/a', false],
    ['/', '/a', false],
  ])('%s in %s: %s', (path, directory, is) => expect(isWithin(path, directory)).toBe(is));
});

describe('where the settings name directories', () => {
  test.each([
    ['one of them', 'allowed', true],
    ['one below it', 'allowed/deep', true],
    ['another name for it', 'alias', true],
    ['one whose name only begins like it', 'allowed-not', false],
    ['a symbolic link in it that leads out', 'allowed/link', false],
    ['its parent', '.', false],
    ['one that is not there', 'allowed-gone', false],
  ])('agents and %s', async (_, name, may) => {
    const { at } = place();
    const { forbidden } = directoriesOf(at('state'), { directories: { allowed: [at('allowed')], confirm: false } });
    expect(await forbidden(at(name))).toEqual(may ? undefined : expect.stringContaining(at('allowed')));
  });

  test('one of them may be named by a symbolic link', async () => {
    const { at } = place();
    const { forbidden } = directoriesOf(at('state'), {
      directories: { allowed: ['/nowhere', at('alias')], confirm: false },
    });
    expect(await forbidden(at('allowed', 'deep'))).toBeUndefined();
  });

  test('and none of them, everything is allowed', async () => {
    const { at } = place();
    expect(
      await directoriesOf(at('state'), { directories: { allowed: [], confirm: true } }).forbidden('/'),
    ).toBeUndefined();
  });
});

describe('the trust of the operator', () => {
  const open = (state: string, confirm = true) => directoriesOf(state, { directories: { allowed: [], confirm } });

  test('holds for a directory and what is below it, by whatever name, and for the next daemon too', async () => {
    const { at, file } = place();
    const { isTrusted, trust } = open(at('state'));
    expect(await isTrusted(at('allowed'))).toBe(false);
    await trust(at('alias'));
    for (const name of ['allowed', 'allowed/deep', 'alias']) expect(await isTrusted(at(name))).toBe(true);
    for (const name of ['allowed-not', '.', 'allowed/link']) expect(await isTrusted(at(name))).toBe(false);
    expect(await open(at('state')).trusted()).toEqual([
      { directory: at('allowed'), since: expect.stringMatching(/Z$/) },
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('is not needed where the settings ask for none', async () => {
    const { at } = place();
    expect(await open(at('state'), false).isTrusted('/')).toBe(true);
  });

  test('is kept once, however often it is given', async () => {
    const { at } = place();
    const { trust, trusted } = open(at('state'));
    for (const name of ['allowed', 'allowed', 'allowed/deep']) await trust(at(name));
    expect(await trusted()).toHaveLength(1);
  });

  test('is not lost where many give it at once', async () => {
    const { at } = place();
    const { trust, trusted } = open(at('state'));
    const names = Array.from({ length: 20 }, (_, n) => at(`gone-${n}`));
    await Promise.all(names.map(trust));
    expect((await trusted()).map(({ directory }) => directory).sort()).toEqual(names.sort());
  });

  test('ends, also for a directory that is no longer there', async () => {
    const { at } = place();
    const { trust, distrust, trusted } = open(at('state'));
    await trust(at('gone'));
    await trust(at('allowed'));
    await distrust(at('gone'));
    await distrust(at('alias'));
    expect(await trusted()).toEqual([]);
  });

  test.each([
    ['elsewhere', /elsewhere is not trusted/],
    ['allowed/deep', /is trusted as a part of .*allowed: remove that/],
  ])('does not end for %s, which is not on the list', async (name, says) => {
    const { at } = place();
    const { trust, distrust, trusted } = open(at('state'));
    await trust(at('allowed'));
    await expect(distrust(at(name))).rejects.toThrow(says);
    expect(await trusted()).toHaveLength(1);
  });

  test.each([
    ['torn', '{"schema":1,"direc'],
    ['empty', ''],
    ['of another kind', '[]'],
    ['of a later schema', '{"schema":2,"directories":[]}'],
    ['with a path that is a number', '{"schema":1,"directories":[{"directory":7,"since":"2026-11-20T10:00:00.000Z"}]}'],
  ])('that is %s is told, and kept as it is', async (_, text) => {
    const { at, file } = place();
    writeFileSync(file, text);
    const { isTrusted, trust, distrust, trusted } = open(at('state'));
    for (const use of [isTrusted, trust, distrust, trusted])
      await expect(use(at('allowed'))).rejects.toMatchObject({ exitCode: 78, message: expect.stringContaining(file) });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('keeps what a later version has added to the file', async () => {
    const { at, file } = place();
    writeFileSync(file, '{"schema":1,"directories":[],"note":"mine"}');
    await open(at('state')).trust(at('allowed'));
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ note: 'mine', directories: [{}] });
  });
});
