import { describe, expect, test } from 'vitest';
import { EXIT } from '../../src/protocol/exit-codes.ts';
import { holdfast } from './rig.ts';
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
