import { describe, expect, test } from 'vitest';
import { clockJumps } from '../../src/daemon/clock-jumps.ts';
import { isCalm, lookAt } from '../../src/daemon/look.ts';
import type { Driver, Subject } from '../../src/domain/driver.ts';
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

describe('a program of a terminal that has begun no turn', () => {
  const START_DIALOG = { means: 'asks', rows: 'Choose a theme' } as const;

  async function readAfter(turn: 'none' | 'open', driver: 'print' | 'tui'): Promise<number | undefined> {
    const held = heldIn('/', { ...newTask(START), attempt: 1, phase: { state: 'running' } });
    Object.assign(held, { spec: { ...held.spec, driver } });
    for (let second = 0; second < 180; second++) {
      const silent = silentFor(second / 60);
      const observe = async (subject: Subject) => {
        const seen = await silent.observe(subject);
        return { ...seen, progress: { ...seen.progress, turn } };
      };
      const examine = async () => ({ tree: { processes: 1, tools: 0, cpuMs: 0 }, screen: START_DIALOG });
      const seen = await lookAt(held, { ...silent, observe, examine }, () => undefined);
      if (seen.health?.screen?.looks === 2) return second;
    }
    return undefined;
  }

  test.each([
    ['is read twice within a minute: it may ask before it begins', 'none', 'tui', 40],
    ['no more once it has begun one', 'open', 'tui', undefined],
    ['but never in print mode', 'none', 'print', undefined],
  ] as const)('%s', async (_, turn, driver, second) => {
    expect(await readAfter(turn, driver)).toBe(second);
  });
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

describe('a question that waits for an answer', () => {
  const asked = START + MINUTE;
  const waits = { state: 'waiting-input', question: 'May I?', choices: [], nth: 1 } as const;

  /** The seconds after the question at which its screen is looked at, in two minutes of looks each second; it was drawn last at second `drawn`. */
  async function looks(drawn: (second: number) => number): Promise<readonly number[]> {
    const held = heldIn('/', { ...newTask(asked), attempt: 1, phase: waits });
    const found: number[] = [];
    for (let second = 0; second < 115; second++) {
      const driver: Driver = {
        ...silentFor(1 + second / 60),
        drawnAt: () => asked + drawn(second) * 1000,
        examine: async () => {
          found.push(second);
          return { tree: { processes: 1, tools: 0, cpuMs: 0 }, screen: { means: 'asks', rows: '' } };
        },
      };
      if (found.length === 0 || !isCalm(held, driver, asked + second * 1000))
        await lookAt(held, driver, () => undefined);
    }
    return found;
  }

  test('is looked for on the screen once, and no more while nothing is drawn', async () => {
    expect(await looks(() => -5)).toEqual([]);
    expect(await looks(() => 4)).toEqual([5]);
  });

  test('is looked for again at each look after which something was drawn: somebody may have answered in the session', async () => {
    expect(await looks((second) => (second < 100 ? 4 : Math.min(second, 102)))).toEqual([5, 100, 101, 102, 103]);
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
