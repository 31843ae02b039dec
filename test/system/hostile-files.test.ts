import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAttempt } from '../../src/drivers/attempt.ts';
import { privateDirectory, readJson, readTailNow, readText } from '../../src/system/files.ts';

const directory = mkdtempSync(join(tmpdir(), 'hf-files-'));
const at = (name: string): string => join(directory, name);
writeFileSync(at('whole'), '{"status":0}');
writeFileSync(at('torn'), '{"status":');
writeFileSync(at('huge'), '{"status":0}');
truncateSync(at('huge'), 2 ** 40); // sparse: it takes no room, and could never be read
symlinkSync(at('whole'), at('link'));
symlinkSync(at('nowhere'), at('dangling'));
symlinkSync('/dev/zero', at('endless'));
execFileSync('mkfifo', [at('fifo')]);
mkdirSync(at('directory'), { mode: 0o700 });

test.each(['link', 'dangling', 'endless', 'fifo', 'directory', 'huge'])(
  'a file of ours that is %s is refused, and nobody waits for it',
  async (name) => {
    await expect(readText(at(name))).rejects.toThrow(/is not a regular file|more than it can have/);
    expect(await readJson(at(name))).toBeUndefined();
  },
);

test('the end of a FIFO is not waited for', async () => {
  expect(readTailNow(at('fifo'), 100)).toBe('');
});

test.each<[string, (path: string) => void]>([
  ['torn', (path) => writeFileSync(path, '{"status":')],
  ['empty', (path) => writeFileSync(path, '')],
  ['huge', (path) => symlinkTo(at('huge'), path)],
  ['a symbolic link to a good one', (path) => symlinkTo(at('whole'), path)],
  ['a FIFO', (path) => execFileSync('mkfifo', [path])],
  ['a text', (path) => writeFileSync(path, '{"status":"0"}')],
  ['negative', (path) => writeFileSync(path, '{"status":-1}')],
  ['more than a status', (path) => writeFileSync(path, '{"status":256}')],
  ['a fraction', (path) => writeFileSync(path, '{"status":0.5}')],
  ['no number', (path) => writeFileSync(path, '{"status":null}')],
  ['in a list', (path) => writeFileSync(path, '[{"status":0}]')],
])('an exit record that is %s is no exit record', async (_, plant) => {
  const task = mkdtempSync(at('task-'));
  mkdirSync(join(task, 'attempts', '1'), { recursive: true });
  plant(join(task, 'attempts', '1', 'exit.json'));
  expect(await readAttempt(task, 1)).toMatchObject({ claim: 'runner', stderr: '' });
  expect(await readAttempt(task, 1)).not.toHaveProperty('exit');
});

test.each<[string, (path: string) => void, RegExp]>([
  ['a symbolic link', (path) => symlinkTo(at('directory'), path), /symbolic link/],
  ['a symbolic link to nothing', (path) => symlinkTo(at('nowhere'), path), /symbolic link|ENOENT|EEXIST/],
  ['a FIFO', (path) => execFileSync('mkfifo', [path]), /is not a directory|EEXIST/],
  ['a file', (path) => writeFileSync(path, ''), /is not a directory|EEXIST/],
  ['open to others', (path) => mkdirSync(path) ?? chmodSync(path, 0o777), /chmod 700/],
])('a directory of ours that is %s is refused', async (_, plant, says) => {
  const path = join(mkdtempSync(at('dir-')), 'state');
  plant(path);
  await expect(privateDirectory(path)).rejects.toThrow(says);
});

const symlinkTo = (target: string, path: string): void => symlinkSync(target, path);
