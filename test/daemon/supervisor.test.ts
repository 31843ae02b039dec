import { describe, expect, test } from 'vitest';
import type { Context } from '../../src/daemon/context.ts';
import { stop } from '../../src/daemon/handlers/stop.ts';
import type { Observation } from '../../src/domain/observation.ts';
import { noProgress } from '../../src/domain/progress.ts';
import { NOW } from '../domain/samples.ts';
import { supervised, unwritable } from './supervised.ts';

/** An attempt that is at work. */
const observed: Observation = {
  at: NOW,
  attempt: 1,
  claim: 'runner',
  bornAt: NOW,
  runner: 'alive',
  pane: 'alive',
  progress: { ...noProgress, turn: 'open' },
  stderr: '',
  lastSignAt: NOW,
  rebooted: false,
};

describe('a task that cannot be written', () => {
  const due = (ago: number) =>
    ({ limitedAt: NOW - 60_000, phase: { state: 'rate-limited', until: NOW - ago, why: 'usage limit' } }) as const;

  test('does not hold those that wait for the same limit', async () => {
    const { supervisor, add, launched, complaints } = supervised();
    const first = add('first', due(2), { journal: unwritable });
    add('second', due(1));
    for (let ticks = 0; ticks < 3; ticks++) await supervisor.tick(60_000);
    expect(launched).toEqual(['second']);
    expect(first.task.phase.state).toBe('rate-limited');
    expect(complaints).toContain('troubled');
  });

  test('does not keep its place from those that begin', async () => {
    const { supervisor, add, launched } = supervised({}, { maxConcurrent: 1 });
    add('waits', { phase: { state: 'backing-off', retryAt: NOW - 1, why: 'exit 1' } }, { journal: unwritable });
    add('begins', { attempt: 0, phase: { state: 'pending' } });
    for (let ticks = 0; ticks < 3; ticks++) await supervisor.tick(60_000);
    expect(launched).toEqual(['begins']);
  });

  test('is not passed by all that wait for the limit at once where none of them could be written for a while', async () => {
    const { supervisor, add, launched } = supervised();
    const disk = { full: true };
    const append = () => (disk.full ? Promise.reject(new Error('ENOSPC')) : Promise.resolve());
    for (const [name, ago] of [
      ['first', 9],
      ['second', 8],
      ['third', 7],
      ['fourth', 6],
      ['fifth', 5],
    ] as const)
      add(name, due(ago), { journal: { entries: async () => [], append } });
    for (let ticks = 0; ticks < 9; ticks++) await supervisor.tick(60_000);
    disk.full = false;
    for (let ticks = 0; ticks < 9; ticks++) await supervisor.tick(60_000);
    expect(launched.length, 'the first of all, and the first of those that were not tried last').toBeLessThan(3);
    expect(launched).not.toEqual([]);
  });
});

test('a task of which it cannot be told whether it is calm is looked at, and so are all others', async () => {
  const looked: string[] = [];
  const { supervisor, add } = supervised({
    isCalm: ({ spec }) => {
      if (spec.name === 'first') throw new Error('ENOENT: no such file or directory, open');
      return false;
    },
    observe: async ({ spec }) => {
      looked.push(spec.name);
      return observed;
    },
    examine: async () => ({ tree: { processes: 1, tools: 0, cpuMs: 0 } }),
  });
  for (const name of ['first', 'second']) add(name, { phase: { state: 'running' } }, { seen: observed });
  await supervisor.tick(60_000);
  expect(looked).toEqual(['first', 'second']);
});

describe('while no process can be started', () => {
  const exhausted = () => {
    const machine = { obstacle: 'no process can be started just now' as string | undefined };
    const made = supervised({
      obstacle: async () => machine.obstacle,
      observe: async () => ({ ...observed, claim: 'none' }),
      reconcile: async ({ task }) => ({ type: 'neverClaimed', attempt: task.attempt }),
    });
    return { ...made, machine };
  };

  test('an attempt that never began is launched again when one can be, and nothing is counted before', async () => {
    const { supervisor, add, launched, machine } = exhausted();
    const held = add('unclaimed', { phase: { state: 'lost', cause: 'unclaimed', why: 'nobody claimed it' } });
    for (let ticks = 0; ticks < 9; ticks++) await supervisor.tick(60_000);
    expect([launched, held.task.reissues, held.trouble]).toEqual([[], 0, machine.obstacle]);
    machine.obstacle = undefined;
    await supervisor.tick(60_000);
    expect([launched, held.task.attempt, held.task.phase.state]).toEqual([['unclaimed'], 1, 'starting']);
  });

  test('the log has it once, and another reason once more', async () => {
    const { supervisor, add, complaints, machine } = exhausted();
    add('waits', { phase: { state: 'backing-off', retryAt: NOW - 1, why: 'exit 1' } });
    for (let ticks = 0; ticks < 9; ticks++) await supervisor.tick(60_000);
    expect(complaints).toEqual(['troubled']);
    machine.obstacle = 'there is no memory';
    for (let ticks = 0; ticks < 9; ticks++) await supervisor.tick(60_000);
    expect(complaints).toEqual(['troubled', 'troubled']);
  });
});

describe('the end of a task', () => {
  const waits = { phase: { state: 'backing-off', retryAt: NOW + 1, why: 'exit 1' } } as const;
  const stopped = ({ supervisor }: Pick<ReturnType<typeof supervised>, 'supervisor'>) => {
    const context = { supervisor, driver: { close: async () => undefined } } as unknown as Context; // all that this stop uses of it
    return stop(context, { task: 'full', graceMs: 0 }, new AbortController().signal);
  };

  test('is told as it is where its last screen cannot be kept', async () => {
    const made = supervised({ finish: () => Promise.reject(new Error('ENOSPC: no space left on device, write')) });
    const held = made.add('full', waits);
    expect((await stopped(made)).task).toMatchObject({ state: 'cancelled', summary: 'stopped by an operator' });
    expect(held.trouble).toBeUndefined();
    expect(made.complaints).toEqual(['unconcluded']);
  });

  test('ends its trouble: it is not looked at any more', async () => {
    const made = supervised({ finish: async () => undefined });
    made.add('full', waits, { trouble: 'ENOSPC: no space left on device, write' });
    expect((await stopped(made)).task.summary).toBe('stopped by an operator');
  });
});
