import { describe, expect, test } from 'vitest';
import { clockJumps } from '../../src/daemon/clock-jumps.ts';
import { isCalm, lookAt } from '../../src/daemon/look.ts';
import type { Driver } from '../../src/domain/driver.ts';
import { noProgress } from '../../src/domain/progress.ts';
import { newTask } from '../../src/domain/task.ts';
import { hung } from '../../src/signals/hung.ts';
import { stirred } from '../../src/signals/stirred.ts';
import { heldIn } from './samples.ts';

const MINUTE = 60_000;
const START = 1_800_000_000_000;

/** A driver that sees an agent which has said nothing since its start, this many minutes ago. */
const silentFor = (minute: number, cpuMs = 0): Driver =>
  ({
    observe: async () => ({
      at: START + minute * MINUTE,
      attempt: 1,
      claim: 'runner',
      bornAt: START,
      runner: 'alive',
      pane: 'alive',
      progress: { ...noProgress, turn: 'open' },
      stderr: '',
      lastSignAt: START,
      rebooted: false,
    }),
    examine: async () => ({ tree: { processes: 1, tools: 0, cpuMs } }),
    isCalm: () => true,
  }) as Pick<Driver, 'observe' | 'examine' | 'isCalm'> as Driver; // all of it that a look uses

/** The minute of silence in which an agent is found to hang that used this much of a processor until then, looked at each minute. */
async function hangsAfter(cpuMs: (minute: number) => number): Promise<number | undefined> {
  const held = heldIn('/', { ...newTask(START), attempt: 1, phase: { state: 'stalled' } });
  for (let minute = 0; minute < 200; minute++) {
    const seen = await lookAt(held, silentFor(minute, cpuMs(minute)), () => undefined);
    if (hung.read(seen, held.task, { agent: held.agent, policy: held.spec.policy })) return minute;
  }
  return undefined;
}

test.each([
  ['idle from the beginning, at the first look that may say so', () => 0, 45],
  [
    'that worked for once in between, ten minutes after that was seen',
    (minute: number) => (minute < 40 ? 0 : 20_000),
    55,
  ],
  ['that worked until it was called silent', (minute: number) => Math.min(minute, 40) * 1000, 55],
  ['that goes on working, never', (minute: number) => minute * 1000, undefined],
])('a hang is proved of an agent %s', async (_, cpuMs, minute) => {
  expect(await hangsAfter(cpuMs)).toBe(minute);
});

describe('an agent that has been silent for long enough to be judged', () => {
  const at = START + 11 * MINUTE;
  const running = { ...newTask(START), attempt: 1, phase: { state: 'running' } } as const;

  test('is calm once it was judged', async () => {
    const held = heldIn('/', running);
    await lookAt(held, silentFor(11, 0), () => undefined);
    expect(isCalm(held, silentFor(11, 0), at)).toBe(true);
  });

  test('is not where somebody has only asked about it', async () => {
    const held = heldIn('/', running);
    held.undecided = await lookAt(held, silentFor(11, 0), () => undefined);
    expect(isCalm(held, silentFor(11, 0), at)).toBe(false);
    await lookAt(held, silentFor(11, 0), () => undefined);
    expect(isCalm(held, silentFor(11, 0), at), 'the next look is one to decide on').toBe(true);
  });

  test('is not where the last look at it failed: only another one takes the trouble out of `list`', async () => {
    const held = heldIn('/', running);
    await lookAt(held, silentFor(11, 0), () => undefined);
    held.trouble = 'EIO: i/o error, read';
    expect(isCalm(held, silentFor(11, 0), at)).toBe(false);
  });
});

describe('an agent that says nothing, when the clock is set back', () => {
  /** Looks each minute of 40 at an agent that was called silent after ten; whether one of the looks calls it alive. `back` is what the clock is set back by, in minutes, at these minutes. */
  async function stirs(back: Readonly<Record<number, number>>): Promise<boolean> {
    const held = heldIn('/', { ...newTask(START), attempt: 1, phase: { state: 'running' } });
    let [passed, behind] = [0, 0];
    const clockJump = clockJumps(
      () => START + (passed - behind) * MINUTE,
      () => passed * MINUTE,
    );
    const readings: boolean[] = [];
    for (; passed < 40; passed++) {
      behind += back[passed] ?? 0;
      const seen = await lookAt(held, silentFor(passed - behind), clockJump);
      if (passed >= 10)
        held.task = { ...held.task, phase: { state: 'stalled' }, since: START + (10 - behind) * MINUTE };
      readings.push(stirred.read(seen, held.task, { agent: held.agent, policy: held.spec.policy }) !== undefined);
    }
    return readings.includes(true);
  }

  test.each([
    ['never', {}],
    ['by less than it has been silent for', { 30: 20 }],
    ['by more', { 30: 60 }],
    ['twice before it is called silent', { 2: 60, 4: 60 }],
    ['twice after that', { 15: 20, 30: 20 }],
  ])('%s, is not called alive for it', async (_, back) => {
    expect(await stirs(back)).toBe(false);
  });
});
