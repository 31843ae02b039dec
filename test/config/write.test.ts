import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { setSetting } from '../../src/config/operations.ts';
import { writeSettings } from '../../src/config/write.ts';

let file = '';
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'hf-write-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  file = join(root, 'config.json');
});

/** What takes the settings and leaves this text in the file. */
const leaving = (text: string | Error) => ({
  set store(_: Record<string, unknown>) {
    if (text instanceof Error) throw text;
    writeFileSync(file, text);
  },
});

describe('settings that were not written whole', () => {
  test.each<[string, string | Error]>([
    ['half of them', '{"tickSeco'],
    ['nothing', ''],
    ['others', '{"tickSeconds": 6}'],
    ['an error', new Error('ENOSPC')],
  ])('(%s) give way to those of before, and that is said', (_, found) => {
    writeFileSync(file, '{"tickSeconds":5}');
    expect(() => writeSettings(leaving(found), file, { tickSeconds: 7 })).toThrow(/as it was/);
    expect(readFileSync(file, 'utf8')).toBe('{"tickSeconds":5}');
  });

  test('are taken away where there were none before', () => {
    expect(() => writeSettings(leaving('{'), file, {})).toThrow(/as it was/);
    expect(existsSync(file)).toBe(false);
  });
});

test('those of before stay beside as a copy', () => {
  writeFileSync(file, '{"tickSeconds":5}');
  writeSettings(leaving('{"tickSeconds":7}'), file, { tickSeconds: 7 });
  expect(readFileSync(`${file}.bak`, 'utf8')).toBe('{"tickSeconds":5}');
});

const mayMount = process.platform === 'linux' && process.getuid?.() === 0;
if (!mayMount) console.error('!!! SKIPPED: only root can mount a full disk, so none is tried here !!!');
test.runIf(mayMount)('on a disk that is full, whatever little room is left, every setting survives', () => {
  const disk = mkdtempSync(join(tmpdir(), 'hf-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', disk]);
  onTestFinished(() => {
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });
  const config = join(disk, 'config.json');
  const names = Array.from({ length: 600 }, (_, index) => `VARIABLE_${index}`); // more than two pages
  setSetting({ file: config }, 'environment.pass', names.join(','));
  const outcomes = [56, 48, 40, 36, 32, 28, 24, 20, 16, 12, 8, 4].map((kib) => {
    rmSync(join(disk, 'filler'), { force: true });
    try {
      writeFileSync(join(disk, 'filler'), Buffer.alloc(kib * 1024));
    } catch {
      // full to the last page
    }
    const before = readFileSync(config, 'utf8');
    try {
      setSetting({ file: config }, 'tickSeconds', String(kib));
      expect(JSON.parse(readFileSync(config, 'utf8'))).toMatchObject({
        tickSeconds: kib,
        environment: { pass: names },
      });
      return 'written';
    } catch (error) {
      expect(error).toMatchObject({ exitCode: 73 });
      expect(readFileSync(config, 'utf8')).toBe(before);
      return 'refused';
    }
  });
  expect(new Set(outcomes)).toEqual(new Set(['refused', 'written']));
});
