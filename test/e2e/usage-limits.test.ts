import { describe, expect, test } from 'vitest';
import { EXIT } from '../../src/protocol/exit-codes.ts';
import { withClock } from './clock.ts';
import { holdfast, kindsOf } from './rig.ts';
import { until } from './until.ts';

const RESET_S = 5400;

describe('a task that runs into a usage limit whose end is told', () => {
  const script = ['@say I begin.', `@once @fail usage-limit ${RESET_S}`, '@say over'];
  const words = 'usage-limit: the script asked for this failure';

  test('waits for the reset, and no attempt is made before', async () => {
    const hf = holdfast();
    await hf.start('patient', script);
    const task = await until(async () => {
      const seen = await hf.task('patient');
      return seen.state === 'rate-limited' && seen;
    });
    expect(task).toMatchObject({ attempt: 1, failure: 'usage-limit' });
    const waitsS = (Date.parse(task.next?.at ?? '') - Date.parse(task.since)) / 1000;
    expect(waitsS).toBeGreaterThan(RESET_S - 60);
    expect(waitsS).toBeLessThan(RESET_S + 60);
    await hf.cli('stop', 'patient');
  });

  test('goes on by itself in its conversation when the reset comes, and not before', async () => {
    const hf = holdfast({ settings: { tickSeconds: 0.2 } });
    const set = await withClock(hf);
    const goesOn = async (name: string): Promise<void> => {
      const task = await hf.end(name);
      expect(task).toMatchObject({ state: 'succeeded', attempt: 2 });
      expect(kindsOf(task)).toEqual(['fresh', 'resume']);
    };
    const isLimited = (name: string) => until(async () => (await hf.task(name)).state === 'rate-limited');
    await hf.start('patient', script);
    await isLimited('patient'); // first: a limit that is met later counts for all
    await hf.start('sooner', ['@say I begin.', `@once @fail usage-limit ${RESET_S / 3}`, '@say over']);
    await isLimited('sooner');

    set((RESET_S * 1000) / 2);
    await goesOn('sooner');
    expect(await hf.task('patient')).toMatchObject({ state: 'rate-limited', attempt: 1 });
    set((RESET_S + 60) * 1000);
    await goesOn('patient');
    const prompts = [...hf.conversations().values()].map((it) => it.filter(({ type }) => type === 'prompt').length);
    expect(prompts).toEqual([2, 2]);
  });

  test('gives up where it was told not to wait, and says so', async () => {
    const hf = holdfast();
    await hf.start('impatient', script, '--no-limit-wait');
    const task = await hf.end('impatient');
    expect(task).toMatchObject({ state: 'gave-up', attempt: 1, summary: `${words} (told not to wait for the reset)` });
    expect(task.next).toBeUndefined();
    expect((await hf.cli('wait', 'impatient')).code).toBe(EXIT.gaveUp);
    expect((await hf.cli('show', 'impatient')).stdout).toContain(`${words} (told not to wait for the reset)`);
  });
});
