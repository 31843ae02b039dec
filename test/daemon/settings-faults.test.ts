import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSettings } from '../../src/daemon/settings-file.ts';

const place = (): string => join(mkdtempSync(join(tmpdir(), 'hf-settings-')), 'config.json');
function written(text: string): string {
  const file = place();
  writeFileSync(file, text);
  return file;
}

describe('a settings file is refused with its line, and left as it is:', () => {
  test.each<[string, string, RegExp]>([
    ['no JSON', '{\n  "tickSeconds": 1,\n}', /cannot be read: line 3: the ","/],
    ['empty', '', /line 1: the text ends too early/],
    ['no object', '[1]', /line 1: the settings are one object/],
    ['with a key twice', '{\n"allowFull": false,\n"allowFull": true\n}', /line 3: "allowFull" is there twice/],
    ['with a prototype', '{\n\n"__proto__": {"allowFull": true}}', /line 3: "__proto__"/],
    ['with a byte order mark', '\ufeff{}', /line 1: .*byte order mark/],
    ['with an unknown setting', '{\n"tickSeconds": 1,\n"tick": 1}', /not valid: line 3: Unrecognized key: "tick"/],
    ['with a wrong value', '{"resume":\n{"jitter":\n 7}}', /not valid: line 2: resume\.jitter: /],
    ['with a wrong value in a list', '{"environment": {"pass": [\n"A",\n2]}}', /line 3: environment\.pass\.1: /],
    ['with a relative directory', '{"directories":{"allowed":["/a",\n"src"]}}', /line 2: .*write an absolute path/],
    ['with two faults', '{"tickSeconds": 0,\n"allowFull": 1}', /line 1: tickSeconds: .*; line 2: allowFull: /],
    ['of 10 MB', `{"x": "${'x'.repeat(10_000_000)}"}`, /has 1000000\d bytes, 1048576 are possible/],
  ])('%s', (_, text, says) => {
    const file = written(text);
    expect(() => readSettings(file, {})).toThrow(says);
    expect(() => readSettings(file, {})).toThrow(expect.objectContaining({ name: 'SettingsError' }));
    expect(() => readSettings(file, {})).toThrow(/^[^\n]+$/);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(({} as Record<string, unknown>).allowFull).toBeUndefined();
  });

  test.each<[string, (file: string) => void]>([
    ['a FIFO', (file) => execFileSync('mkfifo', [file])],
    ['a device', (file) => symlinkSync('/dev/zero', file)],
    ['a directory', (file) => mkdirSync(file)],
  ])('%s', (_, plant) => {
    const file = place();
    plant(file);
    expect(() => readSettings(file, {})).toThrow(/is not a regular file/);
  });
});

test('a settings file may be a symbolic link, as dotfiles are', () => {
  const file = place();
  symlinkSync(written('{"tickSeconds": 7}'), file);
  expect(readSettings(file, {}).tickSeconds).toBe(7);
});

test('without a file everything is as by default, and none is made', () => {
  const file = place();
  expect(readSettings(file, {})).toMatchObject({ allowFull: false, directories: { allowed: [] } });
  expect(() => readFileSync(file)).toThrow('ENOENT');
});
