import { randomBytes } from 'node:crypto';
import { link, open, readdir, rm, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { failpoint } from '../system/failpoint.ts';
import { hasCode, readJson, writeDurably } from '../system/files.ts';
import { bootId, startOf } from '../system/processes.ts';
import { shellWord } from '../system/shell-word.ts';
import { takeTurns } from '../system/turns.ts';
import { type ClockRecord, clockNow } from './clock-jumps.ts';

const holder = z.object({
  pid: z.number().int(),
  start: z.string(),
  boot: z.string(),
  host: z.string(),
  at: z.string(),
  /** When its holder said that it ends; the file stays, because its number must not come again. */
  released: z.string().optional(),
  /** Not understood, it is unknown: the lock holds all the same. */
  clock: z.object({ apartMs: z.number(), setAt: z.number().optional() }).optional().catch(undefined),
});
type Holder = z.infer<typeof holder>;

/** Another daemon holds the state directory. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
}

const PREFIX = 'lock.';
const TRIES = 100;

/**
 * Makes this process the only daemon of a state directory and returns its generation, a number that no other daemon had.
 *
 * The holder is the highest `lock.<n>`. A new one is linked whole under the next number, which only one can do; a dead
 * holder's file is never removed by a contender, so nobody can remove a living one's by mistake (with a socket that is
 * probed, unlinked and bound instead, 22 of 60 rounds had several winners). No heartbeat: a machine may sleep.
 */
export async function acquireLock(directory: string): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const generations = await generationsIn(directory);
    const top = generations.at(-1) ?? 0;
    const before = top > 0 ? await refuseIfHeld(join(directory, `${PREFIX}${top}`)) : undefined;
    const mine = top + 1;
    if (!(await take(directory, mine, before))) continue;
    for (const old of generations) await unlink(join(directory, `${PREFIX}${old}`)).catch(() => undefined); // tidiness only
    return mine;
  }
  throw new LockedError('too many daemons are being started at once: try again');
}

/**
 * Says that this process ends, so that the state directory may be taken over under another host name too: a machine is
 * renamed, a container made anew. On this host the next one still waits until the process itself is gone.
 */
export const releaseLock = (directory: string, generation: number): Promise<void> =>
  rewrite(directory, generation, { released: new Date().toISOString() });

/** What the daemons of this run of the machine know of its clock, as far as the holder of this lock was left it. */
export async function clockKept(directory: string, generation: number): Promise<ClockRecord | undefined> {
  return holder.safeParse(await readJson(join(directory, `${PREFIX}${generation}`))).data?.clock;
}

/** Keeps it for the next holder. */
export const keepClock = (directory: string, generation: number, clock: ClockRecord): Promise<void> =>
  rewrite(directory, generation, { clock });

const inTurn = takeTurns(1);

/** Adds to the lock that this process holds. */
const rewrite = (directory: string, generation: number, facts: Partial<Holder>): Promise<void> =>
  inTurn(async () => {
    const path = join(directory, `${PREFIX}${generation}`);
    const mine = holder.safeParse(await readJson(path));
    if (!mine.success || mine.data.pid !== process.pid || mine.data.start !== startOf(process.pid)) return; // a person took it away
    await writeDurably(path, JSON.stringify({ ...mine.data, ...facts }));
  });

async function generationsIn(directory: string): Promise<readonly number[]> {
  const names = (await readdir(directory)).filter((name) => /^lock\.[1-9]\d{0,14}$/.test(name));
  return names.map((name) => Number(name.slice(PREFIX.length))).sort((a, b) => a - b);
}

/** The holder, where that is dead. */
async function refuseIfHeld(path: string): Promise<Holder | undefined> {
  const parsed = holder.safeParse(await readJson(path));
  if (!parsed.success) return undefined; // an unreadable lock was never linked by us whole: nobody holds it
  const { pid, start, boot, host, at, released } = parsed.data;
  if (host !== hostname()) {
    if (released !== undefined) return parsed.data;
    throw new LockedError(
      `a daemon on host ${host} holds ${path}: share no state directory between machines. ` +
        `If that machine is gone, or is this one under an earlier name, empty the file: cp /dev/null ${shellWord(path)}`,
    );
  }
  if (boot === bootId() && startOf(pid) === start)
    throw new LockedError(`another daemon (pid ${pid}, since ${at}) holds ${path}`);
  return parsed.data;
}

async function take(directory: string, generation: number, before: Holder | undefined): Promise<boolean> {
  const draft = join(directory, `.lock.${process.pid}.${randomBytes(6).toString('hex')}`);
  const start = startOf(process.pid); // a lock without it would hold nobody off
  if (start === undefined) throw new Error(`the system does not say when this process (pid ${process.pid}) began`);
  const boot = bootId();
  const me: Holder = {
    pid: process.pid,
    start,
    boot,
    host: hostname(),
    at: new Date().toISOString(),
    clock: (before?.boot === boot ? before.clock : undefined) ?? clockNow(), // the steady time begins anew with each start of the machine
  };
  const path = join(directory, `${PREFIX}${generation}`);
  try {
    await writeWhole(draft, JSON.stringify(me));
    failpoint();
    await link(draft, path);
    failpoint();
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  // While we slept, generations may have come and been tidied away, ours free again: then a higher one is there by now.
  if ((await generationsIn(directory)).every((other) => other <= generation)) return true;
  failpoint();
  await unlink(path);
  return false;
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
