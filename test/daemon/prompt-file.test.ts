import { execFileSync } from 'node:child_process';
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../src/daemon/context.ts';
import { withPrompt } from '../../src/daemon/handlers/prompt-file.ts';

let home = '';
let incomingDir = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hf-prompt-'));
  incomingDir = join(home, 'incoming');
  mkdirSync(incomingDir, { mode: 0o700 });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const context = () => ({ paths: { incomingDir } }) as Context; // all that is asked of it

/** A file as the CLI leaves it for the daemon. */
function incoming(text: string): string {
  const path = join(incomingDir, 'given.md');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

describe.each([
  ['in a file', (text: string) => ({ promptFile: incoming(text) })],
  ['in a word', (text: string) => ({ prompt: text })],
])('a prompt that is given %s', (_, given) => {
  test('is lent as a file to whoever takes it over', async () => {
    const kept = join(home, 'kept');
    await withPrompt(context(), given('Do it.'), async (file) => renameSync(file, kept));
    expect(readFileSync(kept, 'utf8')).toBe('Do it.');
    expect(readdirSync(incomingDir)).toEqual([]);
  });

  test('is gone where it was not taken over: refused, or the disk was full', async () => {
    const refused = withPrompt(context(), given('Do it.'), () => Promise.reject(new Error('the disk is full')));
    await expect(refused).rejects.toThrow('the disk is full');
    expect(readdirSync(incomingDir)).toEqual([]);
  });

  test('is refused where it is empty, and gone', async () => {
    const empty = withPrompt(context(), given(''), () => expect.unreachable());
    await expect(empty).rejects.toMatchObject({ exitCode: 65, message: expect.stringContaining('is empty') });
    expect(readdirSync(incomingDir)).toEqual([]);
  });
});

test('a file from elsewhere is refused, and left where it is', async () => {
  const promptFile = join(home, 'mine.md');
  writeFileSync(promptFile, 'Mine.');
  await expect(withPrompt(context(), { promptFile }, () => expect.unreachable())).rejects.toThrow(
    'is not a prompt file',
  );
  expect(readFileSync(promptFile, 'utf8')).toBe('Mine.');
});

const plants: [string, (path: string, mine: string) => void][] = [
  ['a symbolic link', (path, mine) => symlinkSync(mine, path)],
  ['a symbolic link to a device', (path) => symlinkSync('/dev/zero', path)],
  ['a FIFO', (path) => execFileSync('mkfifo', [path])],
  ['a directory', (path) => mkdirSync(path)],
];
if (process.getuid?.() === 0)
  plants.push([
    'a file of another user',
    (path) => {
      writeFileSync(path, 'x');
      chownSync(path, 65_534, 65_534);
    },
  ]);

test.each(plants)(
  'what somebody has put among the files that come in as %s is refused, and nobody waits for it',
  async (_, plant) => {
    const mine = join(home, 'mine.md');
    writeFileSync(mine, 'Mine.');
    const promptFile = join(incomingDir, 'given.md');
    plant(promptFile, mine);
    const given = withPrompt(context(), { promptFile }, () => expect.unreachable());
    await expect(given).rejects.toMatchObject({
      exitCode: 66,
      message: expect.stringContaining('is not a prompt file'),
    });
    expect(readFileSync(mine, 'utf8')).toBe('Mine.');
  },
);
