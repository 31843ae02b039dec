import { appendFileSync, type FSWatcher, mkdtempSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Changes, changesIn } from '../../src/runner/changes.ts';

const NEVER_MS = 2 ** 31 - 1;
let directory = '';
let changes: Changes | undefined;
let other: FSWatcher | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-changes-'));
});
afterEach(() => {
  changes?.close();
  other?.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('the changes in a directory', () => {
  test('are told while one waits for them', async () => {
    changes = changesIn(directory, NEVER_MS);
    const next = changes.next();
    appendFileSync(join(directory, 'a'), 'x');
    await expect(next).resolves.toBeUndefined();
  });

  test('that came while nobody waited are told at once', async () => {
    changes = changesIn(directory, NEVER_MS);
    const first = changes.next();
    appendFileSync(join(directory, 'first'), 'x');
    await first;
    await new Promise<void>((seen) => {
      other = watch(directory, (type, name) => type === 'change' && name === 'a' && seen());
      appendFileSync(join(directory, 'a'), 'x');
    });
    await expect(changes.next()).resolves.toBeUndefined();
  });

  test('are guessed every now and then where no watch is possible', async () => {
    changes = changesIn(join(directory, 'not-there'), 5);
    await expect(changes.next()).resolves.toBeUndefined();
    await expect(changes.next()).resolves.toBeUndefined();
  });
});
