import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { failpoint } from './failpoint.ts';
import { procText } from './proc.ts';

/** A process named for good: a pid is reused, a pid with its start time is not. */
export interface Identity {
  readonly pid: number;
  readonly start: string;
}

interface Row extends Member {
  readonly parent: number;
}

const LINUX = process.platform === 'linux';
/** USER_HZ is 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/**
 * When the process was started, in the system's own notation; nothing where it has ended, a zombie included. Also of pid 1,
 * which in a container may be a daemon of ours; nobody may signal that.
 */
export function startOf(pid: number): string | undefined {
  if (!(pid >= 1)) return undefined;
  return LINUX ? rowOf(pid)?.start : rowsOfPs(['-p', String(pid)])[0]?.start;
}

/** A process with what it has used: the session of the kernel that it belongs to, and processor time since it began. */
export interface Member extends Identity {
  readonly session: number;
  readonly cpuMs: number;
}

/** Does this very process live? */
export const lives = ({ pid, start }: Identity): boolean => startOf(pid) === start;

/** All processes, without zombies. */
function rows(): readonly Row[] {
  if (!LINUX) return rowsOfPs(['-A']);
  return readdirSync('/proc')
    .filter((name) => name >= '1' && name < ':')
    .flatMap((name) => rowOf(Number(name)) ?? []);
}

function rowOf(pid: number): Row | undefined {
  try {
    const stat = procText(`/proc/${pid}/stat`);
    // proc(5): state, ppid, pgrp, session, … utime and stime at 14 and 15, starttime at 22; the name may hold anything, ")" too
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, parent, , session] = fields;
    const start = fields[19];
    if (state === 'Z' || state === 'X' || start === undefined) return undefined;
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { pid, parent: Number(parent), session: Number(session), start, cpuMs: ticks * MS_PER_TICK };
  } catch {
    return undefined; // ended while we looked
  }
}

function rowsOfPs(which: readonly string[]): Row[] {
  const text = execFileSync('ps', [...which, '-o', 'pid=,ppid=,sess=,stat=,time=,lstart='], {
    encoding: 'utf8',
    env: { LC_ALL: 'C' },
  });
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, session, state, time = '', start] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
    if (start === undefined || state?.startsWith('Z')) return [];
    const cpuMs = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
    return [{ pid: Number(pid), parent: Number(parent), session: Number(session) || 0, start, cpuMs }];
  });
}

/** The environments of processes, as they were started with. Other users' cannot be read. */
function environments(all: readonly Row[]): readonly { readonly pid: number; readonly text: string }[] {
  if (LINUX) return all.map(({ pid }) => ({ pid, text: environmentOf(pid) }));
  const lines = execFileSync('ps', ['-A', '-E', '-ww', '-o', 'pid=,command='], { encoding: 'latin1' }).split('\n');
  return lines.map((text) => ({ pid: Number.parseInt(text, 10), text }));
}

const carriers = (mark: string, all: readonly Row[]): readonly number[] =>
  environments(all).flatMap(({ pid, text }) => (text.includes(mark) ? pid : []));

/** What the environments of all living processes say for a variable whose values hold no space. Never that of this process. */
export function valuesOf(variable: string): ReadonlySet<string> {
  const others = environments(LINUX ? rows() : []).filter(({ pid }) => pid !== process.pid);
  return new Set(others.flatMap(({ text }) => valueIn(text, variable) ?? []));
}

const valueIn = (environment: string, variable: string): string | undefined =>
  environment.includes(variable) ? new RegExp(`(?<![^\\0 ])${variable}=([^\\0 ]+)`).exec(environment)?.[1] : undefined;

function environmentOf(pid: number): string {
  try {
    return procText(`/proc/${pid}/environ`);
  } catch {
    return ''; // ended, or not ours
  }
}

/**
 * Every process that carries the mark in its environment, and all that descend from these or from `roots`. Tools run in
 * sessions and groups of their own, so neither a group nor a terminal holds them; once their parent is dead only the mark
 * still finds them. Where a tool was started with an environment of its own, too, it is left in the session of the kernel
 * that `leader` began. Never this process, nor what descends from it alone.
 */
export function family(mark: string, roots: readonly Identity[], leader?: Identity): readonly Member[] {
  const all = rows();
  const left = leader ? leftIn(leader, all) : [];
  return related(all, [...carriers(mark, all), ...left], roots);
}

/**
 * Who has lost its parent in the session that this process began. Linux gives no pid anew while it names a session: where the
 * leader has ended, the session is still its own; where another bears its pid, that one may lead a session of its own, and
 * nobody in there is touched.
 */
function leftIn({ pid: session, start }: Identity, all: readonly Row[]): readonly number[] {
  const within = new Map(all.filter((row) => row.session === session).map((row) => [row.pid, row]));
  const leader = all.find(({ pid }) => pid === session);
  if ((leader && leader.start !== start) || within.has(process.pid)) return [];
  return [...within.values()].flatMap(({ pid, parent }) => (pid === session || within.has(parent) ? [] : [pid]));
}

/** All processes at one moment, with what the environment of each says for one variable: one look, however many ask whose they are. */
export interface Snapshot {
  /** The family of whoever bears a value that begins so, and of these roots. */
  readonly familyOf: (beginning: string, roots: readonly Identity[]) => readonly Member[];
}

/** Looks at all processes. */
export function snapshot(variable: string): Snapshot {
  const all = rows();
  const values = environments(all).flatMap(({ pid, text }) => {
    const value = valueIn(text, variable);
    return value === undefined ? [] : [{ pid, value }];
  });
  return {
    familyOf: (beginning, roots) => {
      const bearers = values.filter(({ value }) => value.startsWith(beginning));
      return related(
        all,
        bearers.map(({ pid }) => pid),
        roots,
      );
    },
  };
}

function related(all: readonly Row[], bearers: readonly number[], roots: readonly Identity[]): readonly Member[] {
  const named = all.filter((row) => roots.some(({ pid, start }) => row.pid === pid && row.start === start));
  const found = new Set([...named.map(({ pid }) => pid), ...bearers]);
  found.delete(process.pid);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent) && pid !== process.pid) found.add(pid);
  }
  return all.filter(({ pid }) => pid > 1 && found.has(pid));
}

/** Sends a signal to this very process; a process that has ended needs none. */
export function signal({ pid, start }: Identity, name: NodeJS.Signals): void {
  if (pid <= 1 || startOf(pid) !== start) return;
  failpoint();
  try {
    process.kill(pid, name);
  } catch {
    // ended between the look and the signal
  }
}

/** Ends what `find` finds, again and again until it finds nothing: TERM first, KILL after `graceMs`. The survivors after `limitMs`. */
export async function endAll(
  find: () => readonly Identity[],
  { graceMs, limitMs }: { readonly graceMs: number; readonly limitMs: number },
): Promise<readonly Identity[]> {
  const began = performance.now();
  const asked = new Set<string>();
  for (let found = find(); ; found = find()) {
    const passed = performance.now() - began;
    if (found.length === 0 || passed > limitMs) return found;
    for (const victim of found) {
      const key = `${victim.pid}/${victim.start}`;
      if (passed >= graceMs) signal(victim, 'SIGKILL');
      else if (!asked.has(key)) signal(victim, 'SIGTERM');
      asked.add(key);
    }
    await pause(Math.min(50, 5 + passed / 10));
  }
}

/** Gives a process so long to end by itself. */
export async function leaves(who: Identity, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  while (lives(who) && performance.now() < until) await pause(5);
}

/** Names this run of the machine: it differs after every start. */
export function bootId(): string {
  if (LINUX) return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim();
}
