import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Holdfast } from './rig.ts';
import { until } from './until.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** A clock of a holdfast. */
export interface Clock {
  /** Sets it: to so many milliseconds after ours. */
  readonly set: (ms: number) => void;
  /** Starts the daemon that goes by it. */
  readonly startDaemon: () => Promise<void>;
}

/** Makes a clock that can be set, for a holdfast whose daemon does not live. */
export function clockOf(hf: Holdfast): Clock {
  const HOLDFAST_TEST_CLOCK = hf.inside('clock');
  const set = (ms: number): void => {
    writeFileSync(`${HOLDFAST_TEST_CLOCK}.new`, String(ms));
    renameSync(`${HOLDFAST_TEST_CLOCK}.new`, HOLDFAST_TEST_CLOCK); // it is read all the time
  };
  set(0);
  const startDaemon = async (): Promise<void> => {
    const words = ['--import', here('clock-shift.js'), here('../../dist/daemon/main.js')];
    const child = spawn(process.execPath, words, { env: { ...hf.env, HOLDFAST_TEST_CLOCK }, stdio: 'ignore' });
    await until(async () => (await hf.cli('list', '--no-start-daemon')).code === 0);
    expect(await hf.daemonPid()).toBe(child.pid);
  };
  return { set, startDaemon };
}

/** Starts the daemon of this holdfast with a clock that can be set. */
export async function withClock(hf: Holdfast): Promise<Clock['set']> {
  const { set, startDaemon } = clockOf(hf);
  await startDaemon();
  return set;
}
