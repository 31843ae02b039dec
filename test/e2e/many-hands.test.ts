import { expect, test } from 'vitest';
import { holdfast, markedBy } from './rig.ts';
import { until } from './until.ts';

test('ten commands that stop and retry one task at once leave one agent at most, and then none', async () => {
  const hf = holdfast({ settings: { resume: { baseMinutes: 0 } } });
  const task = await hf.start('wanted', ['@run echo begun >> log', '@touch ready', '@wait go']);
  await hf.sees('ready');
  const hands = Array.from({ length: 10 }, (_, n) => hf.cli(n % 2 ? 'retry' : 'stop', 'wanted'));
  for (const { code, stderr } of await Promise.all(hands))
    expect([code, stderr]).toEqual(
      expect.toBeOneOf([
        [0, ''],
        [4, expect.stringMatching(/^holdfast: wanted .+\n$/)],
      ]),
    );

  const agents = () => markedBy(task).filter(({ text }) => text.includes('/dist/demo/main.js'));
  expect(agents().length).toBeLessThanOrEqual(1);
  expect((await hf.cli('stop', 'wanted', '--grace', '1s')).code).toBe(0);
  expect(await hf.task('wanted')).toMatchObject({ state: 'cancelled' });
  await until(() => markedBy(task).length === 0);
  const entries = [...hf.conversations().values()];
  expect(entries).toHaveLength(1);
  expect(hf.text('log')).toBe('begun\n');
});
