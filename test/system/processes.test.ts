import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  bootId,
  endAll,
  type Identity,
  leaves,
  lives,
  type Member,
  signal,
  snapshot,
  startOf,
} from '../../src/system/processes.ts';

const children: ChildProcess[] = [];
const dir = mkdtempSync(join(tmpdir(), 'hf-processes-'));
afterEach(() => {
  killChildren();
  rmSync(join(dir, 'pid'), { force: true });
});

/** Each child leads a group, which ends with it. */
function killChildren(): void {
  for (const { pid } of children.splice(0)) {
    if (pid === undefined) continue; // never started: 0 would be our own group
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // the test has ended it
    }
  }
}

let marks = 0;
const newMark = () => `HOLDFAST_MARK=test-${process.pid}-${++marks}:`;
const patience = { timeout: 5000, interval: 5 };
const limits = { graceMs: 100, limitMs: 5000 };

/** A process that runs a script and says "up" when it is so far. */
async function run(script: string, mark = ''): Promise<Identity> {
  const [name = '', value = ''] = mark.split('=');
  const env = { PATH: '/usr/bin:/bin', ...(name ? { [name]: `${value}1` } : {}) };
  const child = spawn('sh', ['-c', script, 'sh', join(dir, 'pid')], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  children.push(child);
  await once(child.stdout, 'data');
  return identify(child.pid ?? 0);
}

function identify(pid: number): Identity {
  const start = startOf(pid);
  if (start === undefined) throw new Error(`no process ${pid}`);
  return { pid, start };
}

/** A process that has no parent any more and a session of its own. */
async function orphan(mark: string): Promise<Identity> {
  const parent = await run('setsid sh -c \'echo $$ >"$1"; echo up; exec sleep 100\' sh "$1" & wait', mark);
  const pid = Number(readFileSync(join(dir, 'pid'), 'utf8'));
  killChildren();
  await leaves(parent, 5000);
  return identify(pid);
}

const valueIn = (mark: string): string => mark.split('=')[1] ?? '';

/** Whom a look of its own finds. */
const family = async (mark: string, roots: readonly Identity[], leader?: Identity): Promise<readonly Member[]> =>
  (await snapshot('HOLDFAST_MARK')).familyOf(valueIn(mark), roots, leader);

const pids = (all: readonly Identity[]) => all.map(({ pid }) => pid).sort();

describe('a process', () => {
  test('is known by its pid and its start', async () => {
    const one = await run('echo up; exec sleep 100');
    expect(lives(one)).toBe(true);
    expect(lives({ ...one, start: '1' })).toBe(false);
  });

  test('that has ended is gone, also while nobody has fetched its status', async () => {
    const zombie = await run('sleep 0.01 & echo $! >"$1"; echo up; exec sleep 100');
    const pid = Number(readFileSync(join(dir, 'pid'), 'utf8'));
    await expect.poll(() => startOf(pid), patience).toBeUndefined();
    expect(lives(zombie)).toBe(true);
  });

  test.each([0, -1, Number.NaN, 2 ** 31, 0.5])('cannot be %d', (pid) => {
    expect(startOf(pid)).toBeUndefined();
  });

  test('may be the first of all: in a container that is a daemon of ours', () => {
    expect(startOf(1)).toMatch(/./);
  });

  test('may have any name: a space, a bracket', async () => {
    const named = await run('cp "$(command -v sleep)" "$1"; mv "$1" "$1 ) S 1 ("; echo up; exec "$1 ) S 1 (" 100');
    expect(startOf(named.pid)).toBe(named.start);
  });
});

describe('a signal', () => {
  test('reaches the very process', async () => {
    const one = await run('trap "exit 0" TERM; echo up; while :; do sleep 0.01; done');
    signal(one, 'SIGTERM');
    await expect.poll(() => lives(one), patience).toBe(false);
  });

  test('does not reach whoever has its pid now', async () => {
    const one = await run('echo up; exec sleep 100');
    signal({ ...one, start: '1' }, 'SIGKILL');
    await leaves(one, 50);
    expect(lives(one)).toBe(true);
  });

  test.each([0, 1, -1])('to pid %i is not sent: that would be our group, init, or everybody', (pid) => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    onTestFinished(() => kill.mockRestore());
    signal({ pid, start: startOf(pid) ?? startOf(process.pid) ?? '' }, 'SIGKILL');
    expect(kill).not.toHaveBeenCalled();
  });
});

describe('a family', () => {
  test('is who bears the mark, and all below', async () => {
    const mark = newMark();
    const parent = await run('env -i sleep 100 & echo $! >"$1"; echo up; wait', mark);
    const child = Number(readFileSync(join(dir, 'pid'), 'utf8'));
    expect(pids(await family(mark, []))).toEqual([parent.pid, child].sort());
  });

  test('has members in sessions of their own without parents', async () => {
    const mark = newMark();
    const lost = await orphan(mark);
    expect(pids(await family(mark, []))).toEqual([lost.pid]);
    expect(await endAll(() => family(mark, []), limits)).toEqual([]);
    expect(lives(lost)).toBe(false);
  });

  test('is who descends from a root, which need not bear the mark', async () => {
    const root = await run('sleep 100 & echo $! >"$1"; echo up; wait');
    const child = Number(readFileSync(join(dir, 'pid'), 'utf8'));
    expect(pids(await family(newMark(), [root]))).toEqual([root.pid, child].sort());
    expect(await family(newMark(), [{ ...root, start: '1' }])).toEqual([]);
  });

  test('has members without parent, mark or session of their own: they are in the session that the leader began', async () => {
    const leader = await run('(env -i sleep 100 & echo $! >"$1"); echo up; exec sleep 100');
    const lost = identify(Number(readFileSync(join(dir, 'pid'), 'utf8')));
    expect(pids(await family(newMark(), [leader]))).toEqual([leader.pid]);
    expect(pids(await family(newMark(), [], leader))).toEqual([lost.pid]);
    process.kill(leader.pid, 'SIGKILL');
    await expect.poll(() => lives(leader), patience).toBe(false);
    expect(pids(await family(newMark(), [leader], leader))).toEqual([lost.pid]); // the leader's pid is not given anew meanwhile
  });

  test('has nobody from the session of who bears the pid of the leader now', async () => {
    const stranger = await run('(env -i sleep 100 & echo $! >"$1"); echo up; exec sleep 100');
    expect(await family(newMark(), [], { ...stranger, start: '1' })).toEqual([]);
  });

  test('is not all that runs where the leader began no session', async () => {
    const child = await run('sleep 100 & echo $! >"$1"; echo up; wait');
    expect(await family(newMark(), [], identify(Number(readFileSync(join(dir, 'pid'), 'utf8'))))).toEqual([]);
    expect(lives(child)).toBe(true);
  });

  test('is never us, whatever mark we bear', async () => {
    const me = identify(process.pid);
    expect(pids(await family(newMark(), [me]))).not.toContain(process.pid);
  });

  test('is the same in one look at everything, for whoever is asked for', async () => {
    const [one, other] = [newMark(), newMark()];
    const lost = await orphan(other);
    const parent = await run('env -i sleep 100 & echo $! >"$1"; echo up; wait', one);
    const child = Number(readFileSync(join(dir, 'pid'), 'utf8'));
    const root = await run('echo up; exec sleep 100');
    const { familyOf } = await snapshot('HOLDFAST_MARK');
    expect(pids(familyOf(valueIn(one), []))).toEqual([parent.pid, child].sort());
    expect(pids(familyOf(valueIn(other), [root]))).toEqual([lost.pid, root.pid].sort());
    expect(familyOf(valueIn(newMark()), [])).toEqual([]);
    await endAll(() => family(other, []), limits);
  });

  test('of another task has nothing to do with it, though its name begins alike', async () => {
    const mark = newMark();
    await run('echo up; exec sleep 100', mark);
    expect(await family(mark.slice(0, -1).concat('0:'), [])).toEqual([]);
  });
});

test('what the environments of others say for a variable is found in one look, and never ours', async () => {
  const [one, other] = [newMark(), newMark()];
  await orphan(other);
  await run('echo up; exec sleep 100', one);
  process.env.HOLDFAST_MARK_OF_US = 'ours';
  await run('echo up; exec env -i X_HOLDFAST_MARK=none sleep 100');
  const known = new RegExp(`^test-${process.pid}-|^none$`);
  const values = [...(await snapshot('HOLDFAST_MARK')).values()].filter((value) => known.test(value));
  expect(values.sort()).toEqual([one, other].map((mark) => `${valueIn(mark)}1`).sort());
  expect((await snapshot('HOLDFAST_MARK_OF_US')).values()).toEqual(new Set());
  await endAll(() => family(other, []), limits);
});

describe('an end', () => {
  test('is asked for first', async () => {
    const mark = newMark();
    await run('trap "echo bye >\\"$1\\"; exit 0" TERM; echo up; while :; do sleep 0.01; done', mark);
    expect(await endAll(() => family(mark, []), { graceMs: 3000, limitMs: 5000 })).toEqual([]);
    expect(readFileSync(join(dir, 'pid'), 'utf8')).toBe('bye\n');
  });

  test('comes to who does not listen, and to what it starts meanwhile', async () => {
    const mark = newMark();
    const deaf = await run('trap "sleep 100 &" TERM; echo up; while :; do sleep 0.01; done', mark);
    expect(await endAll(() => family(mark, []), limits)).toEqual([]);
    expect(lives(deaf)).toBe(false);
  });

  test('comes to whom nothing finds any more once its parent has listened: it was found before', async () => {
    const mark = newMark();
    await run(
      'setsid env -i sh -c \'trap "" TERM; echo $$ >"$1"; echo up; while :; do sleep 0.01; done\' sh "$1" & wait',
      mark,
    );
    const deaf = identify(Number(readFileSync(join(dir, 'pid'), 'utf8')));
    onTestFinished(() => signal(deaf, 'SIGKILL'));
    expect(await endAll(() => family(mark, []), limits)).toEqual([]);
    expect(lives(deaf)).toBe(false);
  });

  test('names who survives it', async () => {
    const one = await run('echo up; exec sleep 100');
    const ghost = { pid: one.pid, start: '1' }; // cannot be signalled
    expect(await endAll(async () => [ghost], { graceMs: 1, limitMs: 20 })).toEqual([ghost]);
  });
});

test('a run of the machine has a name that stays', () => {
  expect(bootId()).toMatch(/^[0-9a-fA-F-]{36}$/);
  expect(bootId()).toBe(bootId());
});
