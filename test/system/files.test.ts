import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  NotPrivateError,
  privateDirectory,
  readJson,
  readTailNow,
  readText,
  useBytesNow,
  writeDurably,
} from '../../src/system/files.ts';

let dir = '';
let path = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hf-files-'));
  path = join(dir, 'it');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const mode = (of: string) => (statSync(of).mode & 0o777).toString(8);

describe('a private directory', () => {
  test('is made for us alone, with all that lead to it', async () => {
    await privateDirectory(join(path, 'below'));
    expect(mode(join(path, 'below'))).toBe('700');
  });

  test.each<[string, () => void, RegExp]>([
    ['is open to others', () => mkdirSync(path, { mode: 0o755 }), /open to other users: close it with chmod 700/],
    ['is open to its group', () => mkdirSync(path, { mode: 0o710 }), /open to other users/],
    ['is a symbolic link, even to one of ours', () => symlinkSync(dir, path), /symbolic link/],
  ])('is refused where it %s', async (_, make, says) => {
    make();
    await expect(privateDirectory(path)).rejects.toThrow(NotPrivateError);
    await expect(privateDirectory(path)).rejects.toThrow(says);
  });

  test('is refused where a file is', async () => {
    writeFileSync(path, '');
    await expect(privateDirectory(path)).rejects.toThrow();
  });

  test('may be ours already', async () => {
    await privateDirectory(path);
    await expect(privateDirectory(path)).resolves.toBeUndefined();
  });
});

describe('a file that is written durably', () => {
  test.each<[string, string | Uint8Array]>([
    ['text', 'zażółć 🪢\n'],
    ['bytes', new Uint8Array([0, 255, 10])],
    ['nothing', ''],
    ['much', 'x'.repeat(5_000_000)],
  ])('has what was given: %s', async (_, data) => {
    await writeDurably(path, data);
    expect(readFileSync(path).equals(Buffer.from(data))).toBe(true);
    expect(existsSync(`${path}.tmp`)).toBe(false);
  });

  test('is ours alone, or as we wish', async () => {
    await writeDurably(path, '');
    expect(mode(path)).toBe('600');
    await writeDurably(`${path}.sh`, '', 0o700);
    expect(mode(`${path}.sh`)).toBe('700');
  });

  test('replaces the one that was there, and what an earlier failure left', async () => {
    writeFileSync(path, 'old and longer');
    writeFileSync(`${path}.tmp`, 'left over, and longer still');
    await writeDurably(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  test('is not written through a symbolic link that waits for it', async () => {
    const victim = join(dir, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, `${path}.tmp`);
    await expect(writeDurably(path, 'x')).rejects.toThrow('ELOOP');
    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });

  test('leaves the old one where it cannot be written', async () => {
    writeFileSync(path, 'old');
    mkdirSync(`${path}.tmp`);
    await expect(writeDurably(path, 'new')).rejects.toThrow('EISDIR');
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

describe('a file that is read', () => {
  test.each<[string, string | undefined, unknown]>([
    ['is nothing where there is none', undefined, undefined],
    ['is nothing where it is torn', '{"a":', undefined],
    ['is nothing where it is empty', '', undefined],
    ['is what its JSON says', '{"a":[1]}', { a: [1] }],
  ])('as JSON %s', async (_, text, expected) => {
    if (text !== undefined) writeFileSync(path, text);
    expect(await readJson(path)).toEqual(expected);
  });

  test('as text is nothing where there is none, also below a file', async () => {
    writeFileSync(path, 'x');
    expect(await readText(join(dir, 'none'))).toBeUndefined();
    expect(await readText(join(path, 'below'))).toBeUndefined();
  });

  test.each([
    ['all of a short one', 'abc', 'abc'],
    ['the end of a long one', `${'x'.repeat(100)}end`, 'xxxxxxxend'],
    ['nothing of an empty one', '', ''],
  ])('by its tail gives %s', async (_, text, expected) => {
    writeFileSync(path, text);
    expect(readTailNow(path, 10)).toBe(expected);
  });

  test('by its tail gives nothing where there is none', async () => {
    expect(readTailNow(path, 10)).toBe('');
  });

  test.runIf(process.getuid?.() !== 0)('tells when it may not be read', async () => {
    writeFileSync(path, 'x');
    chmodSync(path, 0);
    await expect(readText(path)).rejects.toThrow('EACCES');
  });
});

describe('bytes that are lent', () => {
  const seen = (of: string) => useBytesNow(of, (bytes) => bytes.toString('latin1'));

  test.each([
    ['nothing', 0],
    ['a few', 7],
    ['as many as the buffer that is kept for them', 65_536],
    ['more than that', 65_537],
  ])('are those of the file, and no more: %s', (_, size) => {
    writeFileSync(join(dir, 'before'), 'x'.repeat(65_536));
    writeFileSync(path, 'y'.repeat(size));
    seen(join(dir, 'before'));
    expect(seen(path)).toBe('y'.repeat(size));
  });

  test('are nothing where there is no file', () => {
    expect(seen(join(dir, 'nowhere'))).toBeUndefined();
  });

  test.each([
    ['a link', () => symlinkSync('/etc/passwd', path)],
    ['a directory', () => mkdirSync(path)],
  ])('are refused for %s', (_, make) => {
    make();
    expect(() => seen(path)).toThrow(/not a regular file/);
  });

  test('are refused where they are too many', () => {
    writeFileSync(path, '12345');
    expect(() => useBytesNow(path, () => undefined, 4)).toThrow(/5 bytes, more than it can have/);
  });
});
