import { execFileSync } from 'node:child_process';
import { until } from './until.ts';

/** A living process: its words, and where they were asked for its environment. */
export interface Process {
  readonly pid: number;
  readonly text: string;
}

const list = (...flags: string[]): readonly Process[] =>
  execFileSync('ps', [...flags, '-o', 'pid=,stat=,args='], { encoding: 'latin1', maxBuffer: 2 ** 28 })
    .split('\n')
    .flatMap((line) => {
      const [, pid, state, text] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      const over = state?.startsWith('Z') && !state.includes('l'); // while threads of a zombie end, its sockets are open
      return text === undefined || over ? [] : [{ pid: Number(pid), text }];
    });

/** Every process whose words or environment, as it was started with, hold this text. */
export const processesWith = (text: string): readonly Process[] =>
  list('axeww').filter((found) => found.text.includes(text));

/** Every process whose words alone hold this text: what any user of the machine can read. */
export const processesSaying = (text: string): readonly Process[] =>
  list('axww').filter((found) => found.text.includes(text));

/** Does it live? A zombie does not: in a container nobody may reap it. */
export function isAlive(pid: number): boolean {
  try {
    return list('-p', String(pid)).length > 0;
  } catch {
    return false; // ps leaves with 1 where it finds none
  }
}

/** Kills processes by pid; a negative one is a group. Those that are gone already need nothing. */
export function kill(...pids: number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ended before
    }
  }
}

/** Kills a process and waits until it is gone. */
export async function killed(pid: number): Promise<void> {
  kill(pid);
  await until(() => !isAlive(pid));
}

/** Ends every process that has anything to do with this directory, again and again until there is none. */
export const endAllOf = (directory: string): Promise<unknown> =>
  until(() => {
    const left = processesWith(directory).filter(({ pid }) => pid !== process.pid);
    kill(...left.map(({ pid }) => pid));
    return left.length === 0;
  });
