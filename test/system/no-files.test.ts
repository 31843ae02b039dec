import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lives, signal, snapshot, startOf } from '../../src/system/processes.ts';
import { limitable, withFewFiles } from './few-files.ts';

/** Takes every file that this process may open, for so long. */
async function withoutFiles(work: () => Promise<void>): Promise<void> {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/', 'r'));
  } catch {
    // none is left
  }
  await work().finally(() => {
    for (const fd of taken) closeSync(fd);
  });
}

test.runIf(limitable)('who may open no file any more takes nobody for dead', async () => {
  const me = { pid: process.pid, start: startOf(process.pid) ?? '' };
  const look = async () => {
    expect(() => lives(me)).toThrow(/EMFILE/);
    expect(() => signal({ ...me, start: 'another' }, 'SIGKILL')).toThrow(/EMFILE/);
    await expect(snapshot('HOLDFAST_MARK')).rejects.toThrow(/EMFILE/);
  };
  await withFewFiles(() => withoutFiles(look));
  expect(lives(me)).toBe(true);
});
