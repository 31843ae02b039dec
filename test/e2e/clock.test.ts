import { expect, test } from 'vitest';
import { clockOf, withClock } from './clock.ts';
import { type Holdfast, holdfast } from './rig.ts';
import { until } from './until.ts';

const HOUR = 3_600_000;
const settings = { tickSeconds: 0.2, resume: { baseMinutes: 30 } };

/** When the task will be resumed, by the daemon's clock. */
const resumeAt = async (hf: Holdfast): Promise<number> => Date.parse((await hf.task('waits')).next?.at ?? '');
/** The daemon has looked at the task a few times since: its budget is charged at each. */
async function ticked(hf: Holdfast): Promise<void> {
  const spent = async () => (await hf.task('works')).budget.spentMs;
  const before = await spent();
  await until(async () => (await spent()) > before + 1000);
}
/** It has been looked at since, and nothing has become of it. */
async function worksOn(hf: Holdfast): Promise<void> {
  await ticked(hf);
  const { state, attempt, activity } = await hf.task('works');
  expect({ state, attempt, suspicious: activity?.suspicious }).toEqual({
    state: 'running',
    attempt: 1,
    suspicious: false,
  });
}

test('a clock that is set back by an hour and forward by eight changes no verdict, and hurries one resume only, once', async () => {
  const hf = holdfast({ settings });
  const set = await withClock(hf);
  const works = async () => {
    await worksOn(hf);
    expect((await hf.task('works')).budget.spentMs).toBeLessThan(3 * 60_000); // each jump is charged one minute at most
  };
  await hf.start('works', ['@run echo one >> log', '@say I think', '@touch ready', '@wait go', '@run echo two >> log']);
  await hf.start('waits', ['@once @exit 1', '@once @exit 1', '@run echo resumed >> lives']);
  await hf.sees('ready');
  await until(async () => {
    const { state, attempt } = await hf.task('waits');
    return state === 'backing-off' && attempt === 2; // after the first death it is so for a moment only
  });
  const planned = await until(() => resumeAt(hf));
  await works();

  set(-HOUR);
  await until(async () => (await resumeAt(hf)) < planned - HOUR + 60_000); // as far away as before
  await works();
  expect(await resumeAt(hf)).toBeGreaterThan(planned - HOUR - 60_000);
  expect(await hf.task('waits')).toMatchObject({ state: 'backing-off', attempt: 2 });

  set(8 * HOUR);
  expect(await hf.end('waits')).toMatchObject({ state: 'succeeded', attempt: 3 });
  await works();

  set(0);
  await works();
  expect(hf.text('lives')).toBe('resumed\n');
  expect(await hf.task('waits')).toMatchObject({ state: 'succeeded', attempt: 3 });
  hf.touch('go');
  expect(await hf.end('works')).toMatchObject({ state: 'succeeded', attempt: 1 });
  expect(hf.text('log')).toBe('one\ntwo\n');
  expect(hf.log()).not.toMatch(/"(fellSilent|hung|vanished|lingered)"/);
});

test('a daemon knows of a clock that was set in the time of an earlier one, or of none', async () => {
  const hf = holdfast({ settings });
  const { set, startDaemon } = clockOf(hf);
  await startDaemon();
  await hf.start('works', ['@say I think', '@touch ready', '@wait go']);
  await hf.sees('ready');
  await worksOn(hf);

  set(8 * HOUR);
  await worksOn(hf);
  for (const _ of ['the second', 'the third']) {
    await hf.killDaemon();
    await startDaemon();
    await worksOn(hf);
  }
  await hf.killDaemon();
  set(16 * HOUR);
  await startDaemon();
  await worksOn(hf);

  hf.touch('go');
  expect(await hf.end('works')).toMatchObject({ state: 'succeeded', attempt: 1 });
  expect(hf.log()).not.toMatch(/"(fellSilent|hung|vanished|lingered)"/);
});
