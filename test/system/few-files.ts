import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

/** Can the limit on open files be changed here? */
export const limitable = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;

const prlimit = (...words: string[]) =>
  execFileSync('prlimit', ['--pid', String(process.pid), ...words], { encoding: 'utf8' }).trim();

/** Does it while this process may open twenty files more, and no others. */
export async function withFewFiles<T>(work: () => Promise<T>): Promise<T> {
  const before = prlimit('--nofile', '-o', 'SOFT', '--noheadings', '--raw');
  prlimit(`--nofile=${Math.max(...readdirSync('/proc/self/fd').map(Number)) + 20}:`);
  try {
    return await work();
  } finally {
    prlimit(`--nofile=${before}:`);
  }
}
