import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { statusFile, statusOf } from '../../src/daemon/status-file.ts';
import type { TaskRow } from '../../src/protocol/methods.ts';
import { row } from '../protocol/fake-daemon.ts';

const place = (): string => {
  const root = mkdtempSync(join(tmpdir(), 'hf-status-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return join(root, 'status.json');
};

const glimpse = (made: TaskRow) => ({ state: made.state, row: () => made });

test('the status has numbers and names, and nothing that an agent has said', () => {
  const status = statusOf([row({ summary: 'secret' }), row({ name: 'done', state: 'succeeded' })].map(glimpse), true);
  expect(status).toMatchObject({ running: true, states: { running: 1, succeeded: 1 }, tasks: [{ name: 'fix-login' }] });
  expect(JSON.stringify(status)).not.toContain('secret');
});

test('the file follows the tasks, is not written where nothing has changed, and ends with the daemon', async () => {
  const file = place();
  const read = (): unknown => JSON.parse(readFileSync(file, 'utf8'));
  let rows = [row()];
  const status = statusFile(
    file,
    () => rows.map(glimpse),
    (error) => expect.unreachable(String(error)),
  );
  await vi.waitFor(() => expect(read()).toMatchObject({ schema: 1, running: true, states: { running: 1 } }));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  rows = [row({ state: 'stalled' })];
  status.touch();
  await vi.waitFor(() => expect(read()).toMatchObject({ states: { stalled: 1 } }));
  await status.close();
  expect(read()).toMatchObject({ running: false });
  const written = statSync(file).ino;
  await status.close();
  expect(statSync(file).ino).toBe(written);
});

test('the file tells by its age that nobody keeps it: a daemon that was killed leaves `running` in it', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const file = place();
  const status = statusFile(
    file,
    () => [glimpse(row())],
    (error) => expect.unreachable(String(error)),
  );
  /** Less than a minute from now; vitest lets the clock go on while it waits. */
  const isFresh = (): void =>
    expect(Math.abs(Date.parse(JSON.parse(readFileSync(file, 'utf8')).at) - Date.now())).toBeLessThan(55_000);
  await vi.waitFor(isFresh);
  for (const passed of [61_000, -3_600_000]) {
    vi.setSystemTime(Date.now() + passed);
    expect(isFresh).toThrow();
    status.touch(); // as each tick does
    await vi.waitFor(isFresh);
  }
  await status.close();
});

test('what cannot be written is told, and tried again', async () => {
  const failed = vi.fn();
  const status = statusFile('/nowhere/status.json', () => [], failed);
  await vi.waitFor(() => expect(failed).toHaveBeenCalledTimes(1));
  await status.close();
  expect(failed).toHaveBeenCalledTimes(2);
});
