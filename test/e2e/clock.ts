import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Holdfast } from './rig.ts';
import { until } from './until.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Starts the daemon of this holdfast with a clock that can be set: to so many milliseconds after ours. */
export async function withClock(hf: Holdfast): Promise<(ms: number) => void> {
  const HOLDFAST_TEST_CLOCK = hf.inside('clock');
  const set = (ms: number): void => {
    writeFileSync(`${HOLDFAST_TEST_CLOCK}.new`, String(ms));
    renameSync(`${HOLDFAST_TEST_CLOCK}.new`, HOLDFAST_TEST_CLOCK); // it is read all the time
  };
  set(0);
  const words = ['--import', here('clock-shift.js'), here('../../dist/daemon/main.js')];
  const child = spawn(process.execPath, words, { env: { ...hf.env, HOLDFAST_TEST_CLOCK }, stdio: 'ignore' });
  await until(async () => (await hf.cli('list', '--no-start-daemon')).code === 0);
  expect(await hf.daemonPid()).toBe(child.pid);
  return set;
}
