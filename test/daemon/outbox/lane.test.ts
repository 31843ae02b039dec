import { describe, expect, test, vi } from 'vitest';
import { Lane } from '../../../src/daemon/outbox/lane.ts';
import type { OutboxRecord } from '../../../src/daemon/outbox/record.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { Letter, Notifier, Sending } from '../../../src/domain/notifier.ts';
import { AT, notice, passing } from '../../notifiers/letters.ts';

const recordOf = (about: Notice): OutboxRecord => ({
  v: 1,
  notice: about,
  deliveries: [{ notifier: 'n', state: 'pending', tries: 0, nextAt: 0 }],
});

/** A lane to a notifier that does what it is told, at a time that is told. */
function lane(answer: (letter: Letter) => Sending | Promise<Sending>, more: Partial<Notifier> = {}, minIntervalMs = 0) {
  const clock = { at: AT };
  const sent: Letter[] = [];
  const notifier: Notifier = {
    name: 'n',
    audience: 'person',
    folds: 'fleet',
    heartbeats: 'edited',
    takes: () => true,
    gapMs: 0,
    capMs: 60_000,
    timeoutMs: 1000,
    check: async () => undefined,
    send: async (letter) => {
      sent.push(letter);
      return await answer(letter);
    },
    ...more,
  };
  const made = new Lane({
    notifier,
    rules: { minIntervalMs },
    now: () => clock.at,
    keep: async (record, delivery) => {
      record.deliveries = [delivery];
    },
  });
  return { lane: made, clock, sent, ids: () => sent.map((letter) => letter.notice.id) };
}

const state = (record: OutboxRecord) => record.deliveries[0]?.state;
const later = { result: 'later', why: 'down', afterMs: 0 } as const;

describe('a lane', () => {
  test('tells the next try, also one much later, what an earlier one has delivered', async () => {
    let tries = 0;
    const answers = [{ ...later, done: 'raw' }, later, { result: 'sent' }] as const;
    const { lane: it, sent, clock } = lane(() => answers[tries++] ?? { result: 'sent' });
    const record = recordOf(notice());
    it.add([record]);
    for (const tried of [1, 2]) {
      await vi.waitFor(() => expect(record.deliveries[0]?.tries).toBe(tried));
      clock.at += 3_600_000;
      await vi.waitFor(() => {
        it.pump();
        expect(sent.length).toBeGreaterThan(tried);
      });
    }
    expect(sent.map(({ done }) => done)).toEqual([undefined, 'raw', 'raw']);
  });

  test('sends in the order of the happenings, one at a time for each task', async () => {
    let open = 0;
    const { lane: it, ids } = lane(async () => {
      expect(++open).toBe(1);
      await Promise.resolve();
      open--;
      return { result: 'sent' };
    });
    const records = ['1', '2', '3'].map((id) => recordOf(passing({ id })));
    it.add(records);
    await vi.waitFor(() => expect(records.map(state)).toEqual(['sent', 'sent', 'sent']));
    expect(ids()).toEqual(['1', '2', '3']);
  });

  test('looks through all that waits once for many that come at once', () => {
    const { lane: it, ids } = lane(() => ({ result: 'sent' }));
    const looks = vi.spyOn(it, 'pump');
    const tasks = Array.from({ length: 500 }, (_, i) => `fix-${i}`);
    it.add(tasks.map((id) => recordOf({ ...passing({ id: `${id}/1` }), task: { ...notice().task, id } })));
    expect(looks).toHaveBeenCalledTimes(1);
    expect(ids()).toHaveLength(4);
  });

  test('whose notifier hangs gives it up after its time and goes on with other tasks meanwhile', async () => {
    const stuck = recordOf(passing({ id: 'stuck' }));
    const other = recordOf({ ...notice({ id: 'other' }), task: { ...notice().task, id: 'other' } });
    const hang = (letter: Letter) =>
      letter.notice.id === 'stuck' ? new Promise<Sending>(() => undefined) : ({ result: 'sent' } as const);
    const { lane: it } = lane(hang, { timeoutMs: 50 });
    it.add([stuck]);
    it.add([other]);
    await vi.waitFor(() => expect(state(other)).toBe('sent'));
    await vi.waitFor(() => expect(stuck.deliveries[0]).toMatchObject({ state: 'pending', tries: 1, why: 'it hangs' }));
  });

  test('tries again when its time has come, and all at once when the notifier is back', async () => {
    let up = false;
    const { lane: it, clock, ids } = lane(() => (up ? { result: 'sent' } : later));
    const [one, two] = [recordOf(notice({ id: '1' })), recordOf(notice({ id: '2', task: { id: 'b' } }))];
    it.add([one]);
    it.add([two]);
    await vi.waitFor(() => expect([one, two].map(({ deliveries }) => deliveries[0]?.tries)).toEqual([1, 1]));
    it.pump();
    expect(ids()).toHaveLength(2);
    expect(it.trouble).toBe('down');
    up = true;
    clock.at += 7000;
    it.pump();
    await vi.waitFor(() => expect([one, two].map(state)).toEqual(['sent', 'sent']));
    expect(it.trouble).toBeUndefined();
  });

  test('tries a little at once before it takes its time', async () => {
    let tries = 0;
    const record = recordOf(notice());
    const { lane: it } = lane(() => (++tries < 2 ? { result: 'later', why: 'busy' } : { result: 'sent' }));
    it.add([record]);
    await vi.waitFor(() => expect(record.deliveries[0]).toMatchObject({ state: 'sent', tries: 1 }), 5000);
    expect(tries).toBe(2);
  });

  test('gives up what is too old', async () => {
    const { lane: it, clock } = lane(() => later);
    const record = recordOf(passing());
    it.add([record]);
    await vi.waitFor(() => expect(record.deliveries[0]?.tries).toBe(1));
    clock.at += 13 * 3_600_000;
    it.pump();
    await vi.waitFor(() => expect(state(record)).toBe('expired'));
  });

  test('sends nothing any more to an address that is gone', async () => {
    const { lane: it, ids } = lane(() => ({ result: 'gone', why: 'it answered 410' }));
    const [one, two] = [recordOf(notice({ id: '1' })), recordOf(notice({ id: '2' }))];
    it.add([one]);
    await vi.waitFor(() => expect(state(one)).toBe('refused'));
    it.add([two]);
    await vi.waitFor(() => expect(state(two)).toBe('refused'));
    expect(ids()).toEqual(['1']);
  });

  test('keeps a notifier that throws from doing harm', async () => {
    const record = recordOf(notice());
    const { lane: it } = lane(() => {
      throw new RangeError('of nobody');
    });
    it.add([record]);
    await vi.waitFor(() =>
      expect(record.deliveries[0]).toMatchObject({ state: 'pending', why: expect.stringContaining('RangeError') }),
    );
  });

  test('tells along what it held back, and says so when that has arrived', async () => {
    const { lane: it, clock, sent } = lane(() => ({ result: 'sent' }), {}, 60_000);
    const [one, two, three] = ['1', '2', '3'].map((id) => recordOf(passing({ id })));
    if (!one || !two || !three) expect.fail('three records were made');
    it.add([one]);
    await vi.waitFor(() => expect(state(one)).toBe('sent'));
    it.add([two]);
    it.add([three]);
    it.pump();
    expect(sent).toHaveLength(1);
    clock.at += 60_000;
    it.pump();
    await vi.waitFor(() => expect([two, three].map(state)).toEqual(['merged', 'sent']));
    expect(sent[1]?.earlier.map(({ id }) => id)).toEqual(['2']);
  });
});

describe('the sign of life', () => {
  const beat = (id: string, at: number) => ({ notice: passing({ id, kind: 'heartbeat', at }) });

  test('is given the message of the last one to edit, until the task is over', async () => {
    const { lane: it, sent } = lane(() => ({ result: 'sent', handle: 'm1' }));
    for (const id of ['b1', 'b2']) {
      it.beat(beat(id, AT));
      await vi.waitFor(() => expect(sent.at(-1)?.notice.id).toBe(id));
    }
    expect(sent.map(({ handle }) => handle)).toEqual([undefined, 'm1']);
    const end = recordOf(notice());
    it.add([end]);
    await vi.waitFor(() => expect(state(end)).toBe('sent'));
    it.beat(beat('b3', AT));
    await vi.waitFor(() => expect(sent.at(-1)).toMatchObject({ notice: { id: 'b3' } }));
    expect(sent.at(-1)?.handle).toBeUndefined();
  });

  test('that is stale is not sent, and only the newest of several is', async () => {
    let release: () => void = () => undefined;
    const {
      lane: it,
      clock,
      ids,
    } = lane(async ({ notice: { id } }) => {
      if (id === 'b1') await new Promise<void>((resolve) => (release = resolve));
      return { result: 'sent' };
    });
    for (const id of ['b1', 'b2', 'b3']) it.beat(beat(id, AT));
    release();
    await vi.waitFor(() => expect(ids()).toEqual(['b1', 'b3']));
    clock.at += 61_000;
    it.beat(beat('old', AT));
    expect(ids()).toEqual(['b1', 'b3']);
  });
});
