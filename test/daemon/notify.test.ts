import { describe, expect, test } from 'vitest';
import { choose, notify } from '../../src/daemon/handlers/notify.ts';
import { newTask, type Phase } from '../../src/domain/task.ts';
import { route } from '../notifiers/letters.ts';
import { heldIn } from './samples.ts';

const notifiers = ['phone', 'openclaw'].map((name) => ({ name }));

/** The notifiers that are tried, where the settings name `phone` alone and there is one task. */
function chosen(action: 'check' | 'test', phase: Phase, isRouted: boolean): readonly string[] {
  const held = heldIn('/', { ...newTask(0), phase });
  const spec = isRouted ? { ...held.spec, notify: { route } } : held.spec;
  const context = {
    outbox: { notifiers },
    settings: { notify: { to: { phone: {} } } },
    supervisor: { tasks: [{ ...held, spec }] },
  } as never; // it is asked for no more
  return choose(context, { action, wake: false }).map(({ name }) => name);
}

const over: Phase = { state: 'succeeded', why: 'done' };

test.each<[string, Parameters<typeof chosen>, readonly string[]]>([
  ['a task came from a conversation and lives', ['check', { state: 'running' }, true], ['phone', 'openclaw']],
  ['that task is over', ['check', over, true], ['phone']],
  ['no task came from one', ['check', { state: 'running' }, false], ['phone']],
  ['a test is sent, which has no conversation to go to', ['test', { state: 'running' }, true], ['phone']],
])('OpenClaw is checked without a word in the settings only where it is needed: %s', (_, given, expected) => {
  expect(chosen(...given)).toEqual(expected);
});

describe('what nobody would get is refused', () => {
  const context = { outbox: { notifiers }, settings: { notify: { to: {} } }, supervisor: { tasks: [] } } as never; // as above

  test.each<[string, Parameters<typeof notify>[1], RegExp]>([
    ['a message where there is no notifier', { action: 'send', message: 'hi', wake: false }, /nobody to send it to/],
    ['a test where there is no notifier', { action: 'test', wake: false }, /nobody to send it to/],
    ['no message, before all else', { action: 'send', wake: false }, /nothing to send/],
  ])('%s', async (_, params, sentence) => {
    await expect(notify(context, params)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(sentence),
    });
  });

  test('to check none is no mistake', async () => {
    expect(await notify(context, { action: 'check', wake: false })).toEqual({ notifiers: [] });
  });
});
