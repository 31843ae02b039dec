import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createJournal, openJournal } from '../../src/daemon/journal.ts';
import { newTask } from '../../src/domain/task.ts';

/** What the next write meets: all of it was taken, and the disk says afterwards that it was not; or a part of it, and then no more. */
const sick = vi.hoisted(() => ({ next: undefined as 'sync' | 'short' | undefined }));
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const open: typeof fs.open = async (...words) => {
    const file = await fs.open(...words);
    const { next } = sick;
    if (next === undefined) return file;
    sick.next = undefined;
    const { writeFile } = file;
    if (next === 'sync')
      file.datasync = () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }));
    else
      file.writeFile = async (data) => {
        await writeFile.call(file, (data as Buffer).subarray(0, 20));
        throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
      };
    return file;
  };
  return { ...fs, open };
});

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hf-sick-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const entry = (seq: number) =>
  ({ epoch: 1, at: 1, happening: { type: 'ticked' }, task: { ...newTask(1), seq } }) as const;

test.each(['sync', 'short'] as const)(
  'a line that the disk did not keep (%s) is none, and the next takes its place',
  async (how) => {
    const path = join(dir, 'journal.ndjson');
    const journal = await createJournal(path, dir, entry(0));
    sick.next = how;
    await expect(journal.append(entry(1))).rejects.toThrow(how === 'sync' ? 'EIO' : 'ENOSPC');
    await journal.append(entry(2));
    const { last } = openJournal(path);
    expect(last).toMatchObject({ line: 1, task: { seq: 2 } });
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(2);
  },
);
