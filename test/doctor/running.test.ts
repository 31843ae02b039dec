import { describe, expect, test } from 'vitest';
import { running } from '../../src/doctor/running.ts';
import type { Connection } from '../../src/protocol/client.ts';
import { Unreachable } from '../../src/protocol/errors.ts';

const hello = { pid: 7, version: '1.0.0', problems: ['a problem'], tmux: { command: ['tmux'] } };
const never = () => new Promise<never>(() => undefined);
const patience = { helloMs: 1000, notifiersMs: 50 };

/** A daemon that answers to each method like this. */
const daemon = (answers: Readonly<Record<string, () => Promise<unknown>>>) => async (): Promise<Connection> =>
  ({ call: (method: string) => (answers[method] ?? never)(), close: () => undefined }) as unknown as Connection; // it is asked for no more

describe('a daemon that the doctor asks', () => {
  test('is at work, whatever its notifiers take for their answer', async () => {
    const found = await running(daemon({ hello: async () => hello }), patience);
    expect(found).toMatchObject({
      pid: 7,
      problems: ['a problem'],
      notifiers: { unknown: 'no answer in 0.05 s' },
    });
  });

  test('is at work where the check of the notifiers fails', async () => {
    const notify = () => Promise.reject(new Error('of a new kind'));
    const found = await running(daemon({ hello: async () => hello, notify }), patience);
    expect(found?.notifiers).toEqual({ unknown: 'Error: of a new kind' });
  });

  test('tells what its notifiers say', async () => {
    const notifiers = [{ name: 'phone', ok: true, what: 'well' }];
    const found = await running(daemon({ hello: async () => hello, notify: async () => ({ notifiers }) }), patience);
    expect(found?.notifiers).toEqual(notifiers);
  });

  test.each<[string, () => Promise<Connection>]>([
    ['hangs at the greeting', daemon({})],
    ['is not there', () => Promise.reject(new Unreachable('absent'))],
  ])('that %s is none', async (_, open) => {
    expect(await running(open, { ...patience, helloMs: 50 })).toBeUndefined();
  });
});
