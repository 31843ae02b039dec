import { describe, expect, test } from 'vitest';
import type { Recipient } from '../../../src/daemon/outbox/recipients.ts';
import type { TaskId } from '../../../src/domain/ids.ts';
import type { Sending } from '../../../src/domain/notifier.ts';
import { eventually, found, open, over, tell } from './opened.ts';

describe('notifiers that change while it is open', () => {
  const another = (sent: string[], name = 'n'): Recipient['notifier'] => ({
    name,
    audience: 'program',
    folds: 'nothing',
    heartbeats: 'repeated',
    takes: () => true,
    gapMs: 0,
    capMs: 60_000,
    timeoutMs: 1000,
    check: async () => undefined,
    send: async ({ notice }) => {
      sent.push(notice.id);
      return { result: 'sent' };
    },
  });
  const overOf = (id: string) => found(over, { id: id as TaskId });

  test('get what the one before could not send, and whatever is told from now on', async () => {
    const { outbox, sent } = await open({ result: 'later', why: 'down', afterMs: 1 });
    await tell({ outbox }, overOf('fix-AAAAAA'));
    await eventually(() => expect(outbox.records()[0]?.deliveries[0]?.tries).toBeGreaterThan(0));
    const now: string[] = [];
    outbox.readdress([{ notifier: another(now), settings: { quietHours: '00:00-00:01' } }]);
    await tell({ outbox }, overOf('fix-BBBBBB'));
    await eventually(() => expect(now).toHaveLength(2));
    const before = sent.length;
    outbox.pump();
    expect(sent).toHaveLength(before);
    expect(outbox.problems()).toEqual([]);
  });

  test('send no letter again that the one before is about to have sent', async () => {
    let arrive = (_: Sending): void => undefined;
    const letters: string[] = [];
    const slow = {
      ...another(letters),
      timeoutMs: 60_000,
      send: async () => {
        letters.push('slow');
        return await new Promise<Sending>((resolve) => {
          arrive = resolve;
        });
      },
    };
    const { outbox } = await open({ result: 'sent' }, { notifier: slow });
    await tell({ outbox }, overOf('fix-AAAAAA'));
    await eventually(() => expect(letters).toEqual(['slow']));
    for (const minIntervalSeconds of [1, 2])
      outbox.readdress([{ notifier: another(letters), settings: { minIntervalSeconds } }]);
    await tell({ outbox }, overOf('fix-BBBBBB'));
    await eventually(() => expect(letters).toHaveLength(2));
    arrive({ result: 'sent' });
    await eventually(() =>
      expect(outbox.records().flatMap(({ deliveries }) => deliveries.map(({ state }) => state))).toEqual([
        'sent',
        'sent',
      ]),
    );
    outbox.pump();
    expect(letters).toHaveLength(2);
  });

  test('keep what they remember where their settings are the same', async () => {
    const { outbox, sent, notifier } = await open();
    outbox.readdress([
      { notifier: { ...notifier }, settings: {} },
      { notifier: another([], 'phone'), settings: {} },
    ]);
    expect(outbox.notifiers.map((each) => each === notifier)).toEqual([true, false]);
    await tell({ outbox }, overOf('fix-AAAAAA'));
    await eventually(() => expect(sent).toHaveLength(1));
  });
});
