import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lives, signal, snapshot, startOf } from '../../src/system/processes.ts';

/** Leaves this process no file to open. What comes back gives it its files again. */
function takeAllFiles(): () => void {
  const prlimit = (...words: string[]): string =>
    execFileSync('prlimit', ['--pid', String(process.pid), ...words], { encoding: 'utf8' }).trim();
  const before = prlimit('--nofile', '-o', 'SOFT', '--noheadings');
  prlimit(`--nofile=${readdirSync('/proc/self/fd').length + 64}:`);
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/', 'r'));
  } catch {
    // none is left
  }
  return () => {
    for (const fd of taken) closeSync(fd);
    prlimit(`--nofile=${before}:`);
  };
}

test.runIf(process.platform === 'linux')('who may open no file any more takes nobody for dead', async () => {
  const me = { pid: process.pid, start: startOf(process.pid) ?? '' };
  const giveBack = takeAllFiles();
  try {
    expect(() => lives(me)).toThrow(/EMFILE/);
    expect(() => signal({ ...me, start: 'another' }, 'SIGKILL')).toThrow(/EMFILE/);
    await expect(snapshot('HOLDFAST_MARK')).rejects.toThrow(/EMFILE/);
  } finally {
    giveBack();
  }
  expect(lives(me)).toBe(true);
});
