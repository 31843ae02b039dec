import { expect, test, vi } from 'vitest';
import { Lane } from '../../../src/daemon/outbox/lane.ts';
import type { OutboxRecord } from '../../../src/daemon/outbox/record.ts';
import type { Letter, Notifier, Sending } from '../../../src/domain/notifier.ts';
import { AT, notice } from '../../notifiers/letters.ts';

const MINUTE = 60_000;

/** A lane to somebody, and the records of tasks whose login has expired. */
function outage(audience: Notifier['audience'], answer: () => Sending = () => ({ result: 'sent' })) {
  const clock = { at: AT };
  const sent: Letter[] = [];
  const lane = new Lane({
    notifier: {
      name: 'n',
      audience,
      heartbeats: 'repeated',
      takes: () => true,
      gapMs: 0,
      capMs: MINUTE,
      timeoutMs: 1000,
      check: async () => undefined,
      send: async (letter) => {
        sent.push(letter);
        return answer();
      },
    },
    rules: { minIntervalMs: 0 },
    now: () => clock.at,
    keep: async (record, delivery) => {
      record.deliveries = [delivery];
    },
  });
  const fail = (count: number, from = 0): readonly OutboxRecord[] =>
    Array.from({ length: count }, (_, index) => {
      const name = `t${from + index}`;
      const task = { id: `${name}-AAAAAA`, name, state: 'failed', failure: 'auth' } as const;
      const record: OutboxRecord = {
        v: 1,
        notice: notice({ id: `${task.id}/3`, kind: 'failed', at: clock.at, task }),
        deliveries: [{ notifier: 'n', state: 'pending', tries: 0, nextAt: 0 }],
      };
      lane.add(record);
      return record;
    });
  const pass = (ms: number): void => {
    clock.at += ms;
    lane.pump();
  };
  return { fail, pass, sent };
}
const states = (records: readonly OutboxRecord[]) => new Set(records.map(({ deliveries }) => deliveries[0]?.state));

test('200 tasks that fail for one login are one message for a person, after a moment to gather', async () => {
  const { fail, pass, sent } = outage('person');
  const first = fail(120);
  pass(10_000);
  const second = fail(80, 120);
  pass(9000);
  expect(sent).toEqual([]);
  pass(1000);
  await vi.waitFor(() => expect(states([...first, ...second])).toEqual(new Set(['sent', 'merged'])));
  expect(sent.map((letter) => letter.notice.sentence)).toEqual([expect.stringContaining('200 tasks of codex failed')]);
});

test('who fails after that is told a quarter of an hour later, together', async () => {
  const { fail, pass, sent } = outage('person');
  fail(3);
  pass(20_000);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  const late = fail(2, 3);
  pass(14 * MINUTE);
  expect(states(late)).toEqual(new Set(['pending']));
  pass(MINUTE);
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]?.notice.sentence).toContain('2 tasks of codex failed (t3, t4)');
});

test('nothing is lost where it cannot be sent at first', async () => {
  let up = false;
  const { fail, pass, sent } = outage('person', () =>
    up ? { result: 'sent' } : { result: 'later', why: 'down', afterMs: 0 },
  );
  const records = fail(3);
  pass(20_000);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(states(records)).toEqual(new Set(['pending']));
  up = true;
  await vi.waitFor(() => {
    pass(MINUTE);
    expect(states(records)).toEqual(new Set(['sent', 'merged']));
  });
  expect(sent[1]?.notice.sentence).toContain('3 tasks of codex');
});

test('a program hears of each task by itself, at once', async () => {
  const { fail, sent } = outage('program');
  const records = fail(9);
  await vi.waitFor(() => expect(states(records)).toEqual(new Set(['sent'])));
  expect(new Set(sent.map((letter) => letter.notice.task.name)).size).toBe(9);
});
