import { existsSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { TaskDetail } from '../../src/protocol/methods.ts';
import { type Operator, operator } from './failing-daemon.ts';
import { expectOnce } from './nothing-doubled.ts';
import { type Holdfast, holdfast } from './rig.ts';
import { until } from './until.ts';

/*
 * The daemon kills itself at its k-th operation on the outside world, for k = 1, 2, 3 … until the scenario comes to its
 * end first. Whatever it was doing, the next daemon brings the task to its end, once. `npm run test:failpoints` walks
 * every k twice, the second time with a next daemon that dies early too; a plain run walks some, and tells its seed.
 */
const ALL = process.env.HOLDFAST_FAILPOINTS === 'all';
const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const APART = ALL ? 1 : 11;
const AT_THE_SAME_TIME = 3;
const LIMIT_MS = ALL ? 1_200_000 : 120_000;

const settings = { tickSeconds: 0.5, resume: { baseMinutes: 0, jitter: 0, fastDeaths: 1000, maxAttempts: 50 } };

type Play = (operator: Operator, script: readonly string[], hf: Holdfast) => Promise<TaskDetail>;

const crash: Play = async ({ start, end }, script) => {
  await start('walk', script);
  return await end('walk');
};

const stopAndRetry: Play = async ({ start, show, stop, retry, end }, script, hf) => {
  await start('walk', script);
  await until(async () => (await show('walk')) && existsSync(hf.inside('work', 'ready')));
  expect((await stop('walk')).state).toBe('cancelled');
  hf.touch('go');
  await retry('walk');
  return await end('walk');
};

/** One scenario with deaths at these operations; says whether the first of them was reached. */
async function walk(play: Play, script: readonly string[], failpoints: readonly number[]): Promise<boolean> {
  let takeDown = async (): Promise<void> => undefined;
  const ends = (work: () => Promise<void>): void => {
    takeDown = work;
  };
  const hf = holdfast({ settings, ends });
  const someone = operator(hf, failpoints);
  try {
    await expectOnce(hf, await play(someone, script, hf), script.length);
    expect(hf.text('log')).toBe('one\ntwo\n');
    await someone.leave();
    return someone.deaths() > 0;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the daemon died at its operation ${failpoints.join(', the next at its ')}: ${said}`, { cause });
  } finally {
    await takeDown();
  }
}

/** One death at `k`, or a second one soon after it, somewhere else each time; both where all are walked. */
function deathsAt(k: number): readonly (readonly number[])[] {
  const twice = [k, 1 + ((k * 7) % 23)];
  if (ALL) return [[k], twice];
  return k % 2 === 0 ? [[k]] : [twice];
}

describe('nothing is lost and nothing doubled, wherever the daemon dies', () => {
  test.each<[string, Play, readonly string[]]>([
    [
      'an agent that crashes',
      crash,
      ['@run echo one >> log', '@once @die SIGKILL', '@run echo two >> log', '@say over'],
    ],
    ['a stop and a retry', stopAndRetry, ['@run echo one >> log', '@touch ready', '@wait go', '@run echo two >> log']],
  ])(
    'on the way from start to finish over %s',
    async (name, play, script) => {
      const walked: number[] = [];
      onTestFinished(() => {
        const places = [...new Set(walked)].sort((a, b) => a - b);
        const which = ALL ? `1 to ${places.at(-1)}` : places.join(' ');
        console.log(
          `over ${name}: ${walked.length} walks, the daemon died at ${places.length} operations (${which}); HOLDFAST_SEED=${SEED}`,
        );
      });
      let next = 1 + (SEED % APART);
      let over = false;
      const walker = async (): Promise<void> => {
        while (!over) {
          const k = next;
          next += APART;
          for (const failpoints of deathsAt(k)) {
            const died = await walk(play, script, failpoints).catch((error: unknown) => {
              over = true;
              throw error;
            });
            if (died) walked.push(k);
            else over = true;
          }
        }
      };
      const walks = await Promise.allSettled(Array.from({ length: AT_THE_SAME_TIME }, walker)); // each clears up after itself
      const failed = walks.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
      expect(walked.length).toBeGreaterThan(ALL ? 60 : 4);
    },
    LIMIT_MS,
  );
});
