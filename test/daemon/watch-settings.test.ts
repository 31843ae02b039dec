import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchSettings } from '../../src/daemon/watch-settings.ts';

const place = (): string => {
  const root = mkdtempSync(join(tmpdir(), 'hf-watch-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return join(root, 'config.json');
};

test('settings that are changed before the watch is ready are seen', async () => {
  const file = place();
  writeFileSync(file, '{}');
  const changed = vi.fn();
  const stop = watchSettings(file, changed);
  onTestFinished(stop);
  writeFileSync(file, '{"maxConcurrent": 2}'); // a watch is made in several steps, of which this is none
  await vi.waitFor(() => expect(changed).toHaveBeenCalled(), 10_000);
});

test('settings that were there before the daemon are no change of them', async () => {
  const file = place();
  writeFileSync(file, '{}');
  const changed = vi.fn();
  const stop = watchSettings(file, changed, Date.now() + 60_000);
  onTestFinished(stop);
  const later = vi.fn();
  onTestFinished(watchSettings(file, later, 0)); // it asks after the first one, and is answered
  await vi.waitFor(() => expect(later).toHaveBeenCalled(), 10_000);
  expect(changed).not.toHaveBeenCalled();
});
