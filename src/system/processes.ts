import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as breathe, setTimeout as pause } from 'node:timers/promises';
import { failpoint } from './failpoint.ts';
import { hasCode } from './files.ts';
import { procBytes, procText } from './proc.ts';

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
/** Processes that are read between two breaths: some 2 ms. */
const BREATHES_AFTER = 64;

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
  } catch (error) {
    return unlessHidden(error);
  }
}

/** Of a process that has ended, or is not ours, nothing can be read. Where we could not look (no file may be opened any more) it may live: that is thrown. */
function unlessHidden(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) throw error;
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

/** All processes as one look found them, with what the environment of each says for one variable: one look, however many ask. */
export interface Snapshot {
  /**
   * Every process whose value begins so, and all that descend from these or from `roots`. Tools run in sessions and groups of
   * their own, so neither a group nor a terminal holds them; once their parent is dead only the mark still finds them. Where a
   * tool was started with an environment of its own, too, it is left in the session of the kernel that `leader` began. Never
   * this process, nor what descends from it alone.
   */
  readonly familyOf: (beginning: string, roots: readonly Identity[], leader?: Identity) => readonly Member[];
  /** Every value, but for that of this process. */
  readonly values: () => ReadonlySet<string>;
}

/** Looks at all processes, for a variable whose values hold no space. */
export async function snapshot(variable: string): Promise<Snapshot> {
  const { all, values } = LINUX ? await walk(variable) : lookOfPs(variable);
  return {
    familyOf: (beginning, roots, leader) => {
      const bearers = values.filter(({ value }) => value.startsWith(beginning)).map(({ pid }) => pid);
      return related(all, [...bearers, ...(leader ? leftIn(leader, all) : [])], roots);
    },
    values: () => new Set(values.flatMap(({ pid, value }) => (pid === process.pid ? [] : value))),
  };
}

interface Look {
  readonly all: readonly Row[];
  readonly values: readonly { readonly pid: number; readonly value: string }[];
}

/** Breathes between two parts, so that others are served. Whoever was born meanwhile is read at the end, in one go: its parent may have ended unread. */
async function walk(variable: string): Promise<Look> {
  const [all, values]: [Row[], Look['values'][number][]] = [[], []];
  const read = (pid: number): void => {
    const row = rowOf(pid);
    if (!row) return;
    all.push(row);
    for (const value of valuesOf(pid, variable)) values.push({ pid, value });
  };
  const known = new Set<number>();
  for (const pid of pids()) {
    if (known.size % BREATHES_AFTER === BREATHES_AFTER - 1) await breathe();
    known.add(pid);
    read(pid);
  }
  for (const pid of pids()) if (!known.has(pid)) read(pid);
  return { all, values };
}

const pids = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => name >= '1' && name < ':')
    .map(Number);

/** Of an environment as the process was started with. Other users' cannot be read. */
function valuesOf(pid: number, variable: string): readonly string[] {
  try {
    return valuesIn(procBytes(`/proc/${pid}/environ`), variable);
  } catch (error) {
    return unlessHidden(error) ?? [];
  }
}

/** Each value is a copy: the buffer is lent, and a part of a text would hold all of that text. */
function valuesIn(environment: Buffer, variable: string): readonly string[] {
  const name = `${variable}=`;
  const values: string[] = [];
  for (let at = environment.indexOf(name); at >= 0; at = environment.indexOf(name, at + 1)) {
    if (at > 0 && !isGap(environment[at - 1])) continue;
    const from = at + name.length;
    let end = from;
    while (end < environment.length && !isGap(environment[end])) end++;
    values.push(environment.toString('latin1', from, end));
  }
  return values;
}

/** The kernel parts the entries by a NUL, ps by a space. */
const isGap = (byte: number | undefined): boolean => byte === 0 || byte === 0x20;

function lookOfPs(variable: string): Look {
  const all = rowsOfPs(['-A']);
  const lines = execFileSync('ps', ['-A', '-E', '-ww', '-o', 'pid=,command='], { encoding: 'latin1' }).split('\n');
  const values = lines.flatMap((line) => {
    const pid = Number.parseInt(line, 10);
    return valuesIn(Buffer.from(line, 'latin1'), variable).map((value) => ({ pid, value }));
  });
  return { all, values };
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

/**
 * Ends what `find` finds, again and again until it finds nothing: TERM first, KILL after `graceMs`. The survivors after
 * `limitMs`. Whom it once found it keeps in sight: what a process is found by may have been its parent, which ends sooner.
 */
export async function endAll(
  find: () => Promise<readonly Identity[]>,
  { graceMs, limitMs }: { readonly graceMs: number; readonly limitMs: number },
): Promise<readonly Identity[]> {
  const began = performance.now();
  for (let asked: ReadonlyMap<string, Identity> = new Map(); ; ) {
    const found = keptInSight(asked, await find());
    const passed = performance.now() - began;
    if (found.size === 0 || passed > limitMs) return [...found.values()];
    for (const [key, victim] of found) {
      if (passed >= graceMs) signal(victim, 'SIGKILL');
      else if (!asked.has(key)) signal(victim, 'SIGTERM');
    }
    asked = found;
    await pause(Math.min(50, 5 + passed / 10));
  }
}

function keptInSight(asked: ReadonlyMap<string, Identity>, found: readonly Identity[]): ReadonlyMap<string, Identity> {
  const named = new Map(found.map((each) => [`${each.pid}/${each.start}`, each]));
  return new Map([...named, ...[...asked].filter(([key, each]) => !named.has(key) && lives(each))]);
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
