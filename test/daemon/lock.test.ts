import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { acquireLock, clockKept, keepClock, releaseLock } from '../../src/daemon/lock.ts';
import { bootId } from '../../src/system/processes.ts';

const clock = { apartMs: 5000, setAt: 7000 };
const dead = { pid: 0, start: 'long ago', boot: bootId(), host: hostname(), at: 'then', clock };

/** A state directory in which an earlier daemon has left this lock. */
function left(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'hf-lock-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  writeFileSync(join(directory, 'lock.4'), text);
  return directory;
}

test('who takes the lock is left what was known of the clock', async () => {
  const directory = left(JSON.stringify(dead));
  expect(await acquireLock(directory)).toBe(5);
  expect(await clockKept(directory, 5)).toEqual(clock);
});

test.each([
  ['the machine was started again', JSON.stringify({ ...dead, boot: 'another' })],
  ['the earlier version did not know', JSON.stringify({ ...dead, clock: undefined })],
  ['what it says is not understood', JSON.stringify({ ...dead, clock: { apartMs: 'much' } })],
  ['the lock is torn', JSON.stringify(dead).slice(0, -9)],
  ['the lock was emptied', ''],
])('nothing is known of the clock where %s', async (_, text) => {
  const directory = left(text);
  expect(await acquireLock(directory)).toBe(5);
  const kept = await clockKept(directory, 5);
  expect(kept?.setAt).toBeUndefined();
  const apartMs = Date.now() - Number(process.hrtime.bigint()) / 1e6;
  expect(Math.abs((kept?.apartMs ?? 0) - apartMs)).toBeLessThan(30_000);
});

test('what is found of the clock is kept, through the release too', async () => {
  const directory = left('');
  const mine = await acquireLock(directory);
  await Promise.all([keepClock(directory, mine, clock), releaseLock(directory, mine)]);
  expect(await clockKept(directory, mine)).toEqual(clock);
  expect(JSON.parse(readFileSync(join(directory, `lock.${mine}`), 'utf8'))).toMatchObject({
    pid: process.pid,
    released: expect.any(String),
  });
});
