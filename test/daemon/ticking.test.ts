import { expect, onTestFinished, test, vi } from 'vitest';
import { movement } from '../../src/daemon/movement.ts';
import { ticking } from '../../src/daemon/ticking.ts';
import { NOW } from '../domain/samples.ts';
import { supervised } from './supervised.ts';

const never = new Promise<never>(() => undefined);
const soon = async () => ({ kind: 'fresh', why: 'a test' }) as const;

test('a launch that takes long keeps no other task from its due resume, and the ticks go on', async () => {
  const clock = { at: NOW };
  const { supervisor, add, launched } = supervised(
    { plan: ({ spec }) => (spec.name === 'slow' ? never : soon()) },
    { now: () => clock.at },
  );
  add('slow', { attempt: 0, phase: { state: 'pending' } });
  add('waits', { phase: { state: 'backing-off', retryAt: NOW + 1, why: 'exit 1' } });
  const work = async () => {
    await supervisor.tick(1);
    clock.at = NOW + 1;
  };
  const unexpected = (error: unknown) => expect(error).toBeUndefined();
  onTestFinished(
    ticking(
      () => 1,
      work,
      () => undefined,
      unexpected,
    ),
  );
  await expect.poll(() => launched).toEqual(['waits']);
});

test('that nothing can be written down is seen, whatever else comes to its end', async () => {
  const time = vi.spyOn(performance, 'now').mockReturnValue(0);
  onTestFinished(() => time.mockRestore());
  const { supervisor, add } = supervised();
  const ended = add('ended', { phase: { state: 'succeeded', why: 'exit 0' } });
  add('unwritten', { attempt: 0 }, { journal: { entries: async () => [], append: () => never } });
  await supervisor.tick(1);
  time.mockReturnValue(200);
  await supervisor.onceEnded(ended, async () => undefined);
  expect(supervisor.stillMs).toBe(200);
});

test('work stands still from the last end of any, as long as there is some', async () => {
  const clock = { at: 100 };
  const watch = movement(() => clock.at);
  expect(watch.stillMs()).toBe(0);
  void watch(() => never);
  clock.at = 130;
  expect(watch.stillMs()).toBe(30);
  await watch(async () => undefined);
  expect(watch.stillMs(), 'something has ended').toBe(0);
  clock.at = 140;
  expect(watch.stillMs()).toBe(10);
});
