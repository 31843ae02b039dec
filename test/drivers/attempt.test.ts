import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attemptFiles, readAttempt, readHost, recorded, revoke } from '../../src/drivers/attempt.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hf-attempt-'));
  for (const name of ['attempts', 'launch']) mkdirSync(join(dir, name));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const files = () => attemptFiles(dir, 2);
const claim = () => mkdirSync(files().at);

describe('the claim of an attempt', () => {
  test('is none at first, then the runner’s', async () => {
    expect(await readAttempt(dir, 2)).toEqual({ claim: 'none', stderr: '' });
    claim();
    expect(await readAttempt(dir, 2)).toEqual({ claim: 'runner', stderr: '' });
    writeFileSync(files().runner, '{}');
    expect(await readAttempt(dir, 2)).toMatchObject({ bornAt: Math.round(statSync(files().runner).mtimeMs) });
  });

  test('can be taken once: by us', async () => {
    await revoke(dir, 2);
    await revoke(dir, 2);
    expect((await readAttempt(dir, 2)).claim).toBe('revoked');
    expect(claim).toThrow('EEXIST');
  });

  test('can be taken once: by the runner', async () => {
    claim();
    await revoke(dir, 2);
    expect((await readAttempt(dir, 2)).claim).toBe('runner');
    expect(existsSync(files().revoked)).toBe(false);
  });
});

describe('an exit record', () => {
  beforeEach(claim);

  test.each([0, 1, 137, 255])('tells the status %i and the time', async (status) => {
    writeFileSync(files().exit, `{"status":${status}}\n`);
    const at = Math.round(statSync(files().exit).mtimeMs);
    expect((await readAttempt(dir, 2)).exit).toEqual({ status, at });
  });

  test('may be followed by the blank that was there before', async () => {
    writeFileSync(files().exit, '{"status":7}  \n');
    expect((await readAttempt(dir, 2)).exit).toMatchObject({ status: 7 });
  });

  test('may say more than we know: a later runner adds fields', async () => {
    writeFileSync(files().exit, '{"v":2,"status":137,"signal":{"number":9}}\n');
    expect((await readAttempt(dir, 2)).exit).toMatchObject({ status: 137 });
  });

  test.each([
    ['torn', '{"status":'],
    ['empty', ''],
    ['blank, as the runner leaves it while the agent lives', `${' '.repeat(14)}\n`],
    ['half written over the blank', `{"status":1${' '.repeat(3)}\n`],
    ['a status in words', '{"status":"0"}'],
    ['a status that is none', '{"status":-1}'],
    ['a status that is too large', '{"status":256}'],
    ['half a status', '{"status":0.5}'],
    ['another record', '{"pid":1}'],
    ['no object', '0'],
    ['nothing', 'null'],
    ['a huge one', `{"status":0,"x":"${'x'.repeat(2 * 1024 * 1024)}"}`],
  ])('that is %s is none', async (_, text) => {
    writeFileSync(files().exit, text);
    expect(await readAttempt(dir, 2)).not.toHaveProperty('exit');
  });

  test('behind a symbolic link is none', async () => {
    writeFileSync(join(dir, 'elsewhere'), '{"status":0}');
    symlinkSync(join(dir, 'elsewhere'), files().exit);
    expect(await readAttempt(dir, 2)).not.toHaveProperty('exit');
  });

  test('of a failure comes with the end of the standard error, that of a success without', async () => {
    writeFileSync(files().stderr, `${'x'.repeat(10_000)}the end\n`);
    writeFileSync(files().exit, '{"status":1}');
    const { stderr } = await readAttempt(dir, 2);
    expect(stderr).toHaveLength(8192);
    expect(stderr).toMatch(/the end\n$/);
    writeFileSync(files().exit, '{"status":0}');
    expect((await readAttempt(dir, 2)).stderr).toBe('');
  });
});

describe('a record of a process', () => {
  test.each<[string, string, object | undefined]>([
    ['names it by pid and start', '{"pid":42,"start":"7"}', { pid: 42, start: '7' }],
    [
      'may have blanks around the start, as ps prints it',
      '{"pid":42,"start":" Sat Nov 21 \\n"}',
      { pid: 42, start: 'Sat Nov 21' },
    ],
    ['may say more than we know', '{"v":2,"pid":42,"start":"7","host":"h"}', { pid: 42, start: '7' }],
    ['is none with pid 0: that is our own group', '{"pid":0,"start":"7"}', undefined],
    ['is none with pid 1', '{"pid":1,"start":"7"}', undefined],
    ['is none with pid -1: that is everybody', '{"pid":-1,"start":"7"}', undefined],
    ['is none with half a pid', '{"pid":42.5,"start":"7"}', undefined],
    ['is none without a start: a pid is reused', '{"pid":42}', undefined],
    ['is none where it is torn', '{"pid":42,"sta', undefined],
  ])('%s', async (_, text, expected) => {
    writeFileSync(join(dir, 'record.json'), text);
    expect(await recorded(join(dir, 'record.json'))).toEqual(expected);
  });

  test('is none where there is no file', async () => {
    expect(await recorded(join(dir, 'record.json'))).toBeUndefined();
  });
});

describe('the place of a launch', () => {
  test.each<[string, object | undefined]>([
    ['{"boot":"b","server":7}', { boot: 'b', server: 7 }],
    ['{"boot":"b"}', undefined],
    ['{"boot":1,"server":7}', undefined],
    ['{"boot":"b","ser', undefined],
    ['null', undefined],
  ])('that reads %s is %o', async (text, expected) => {
    writeFileSync(files().host, text);
    expect(await readHost(dir, 2)).toEqual(expected);
  });
});
