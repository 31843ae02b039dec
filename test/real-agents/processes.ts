import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process as /proc shows it. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly environment: readonly string[];
}

/** Every process of this machine that lives; a zombie does not. Linux only. */
export function processes(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => look(Number(name)));
}

/** Those that carry one of the environment entries that `carries` picks, and all below them: tools live in groups and sessions of their own. */
export function tree(carries: (entry: string) => boolean): readonly Process[] {
  const all = processes().filter(({ pid }) => pid !== process.pid);
  const found = new Set(all.filter(({ environment }) => environment.some(carries)));
  for (const one of found) for (const child of all) if (child.parent === one.pid) found.add(child);
  return [...found];
}

/** The processes of a task: the agent carries a mark and hands it down to whatever it starts. */
export const ofTask = (taskId: string): readonly Process[] =>
  tree((entry) => entry.startsWith(`HOLDFAST_MARK=${taskId}:`));

/** Kills what `find` finds, all at once: stopped first, so that nothing is born or restarted while the others die. */
export function killAll(find: () => readonly Process[]): number {
  const doomed = new Set<number>();
  for (let fresh = pids(find); fresh.length > 0; fresh = pids(find).filter((pid) => !doomed.has(pid))) {
    for (const pid of fresh) {
      doomed.add(pid);
      signal(pid, 'SIGSTOP');
    }
  }
  for (const pid of doomed) signal(pid, 'SIGKILL');
  return doomed.size;
}

/** Waits until a process is gone, which for a killed one takes moments. */
export async function gone(pid: number): Promise<void> {
  while (look(pid).length > 0) await sleep(20);
}

const pids = (find: () => readonly Process[]): readonly number[] => find().map(({ pid }) => pid);

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error; // it went before us
  }
}

function look(pid: number): readonly Process[] {
  try {
    const [state, parent] = read(pid, 'stat').replace(/^.*\) /s, '').split(' '); // the name may hold anything, ")" too
    if (state === 'Z' || state === 'X') return [];
    const environment = read(pid, 'environ').split('\0');
    return [{ pid, parent: Number(parent), command: read(pid, 'cmdline').replaceAll('\0', ' ').trim(), environment }];
  } catch {
    return []; // it ended while we looked, or belongs to somebody else
  }
}

const read = (pid: number, file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8');
