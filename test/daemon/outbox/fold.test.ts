import { expect, test, vi } from 'vitest';
import { Lane } from '../../../src/daemon/outbox/lane.ts';
import type { OutboxRecord } from '../../../src/daemon/outbox/record.ts';
import type { Letter, Notifier, Sending } from '../../../src/domain/notifier.ts';
import type { Route } from '../../../src/domain/route.ts';
import { documentOf } from '../../../src/notifiers/definition.ts';
import { AT, notice, route } from '../../notifiers/letters.ts';

const MINUTE = 60_000;

/** A lane to somebody, and the records of tasks whose login has expired. */
function outage(
  audience: Notifier['audience'],
  answer: () => Sending = () => ({ result: 'sent' }),
  hushHours?: string,
  folds: Notifier['folds'] = 'fleet',
) {
  const clock = { at: AT };
  const sent: Letter[] = [];
  const lane = new Lane({
    notifier: {
      name: 'n',
      audience,
      folds,
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
    rules: { minIntervalMs: 0, hushHours },
    now: () => clock.at,
    keep: async (record, delivery) => {
      record.deliveries = [delivery];
    },
  });
  const fail = (count: number, from = 0, to?: Route): readonly OutboxRecord[] =>
    Array.from({ length: count }, (_, index) => {
      const name = `t${from + index}`;
      const task = { id: `${name}-AAAAAA`, name, state: 'failed', failure: 'auth' } as const;
      const record: OutboxRecord = {
        v: 1,
        notice: notice({ id: `${task.id}/3`, kind: 'failed', at: clock.at, task }),
        ...(to ? { route: to } : {}),
        deliveries: [{ notifier: 'n', state: 'pending', tries: 0, nextAt: 0 }],
      };
      lane.add([record]);
      return record;
    });
  const pass = (ms: number): void => {
    clock.at += ms;
    lane.pump();
  };
  return { fail, pass, sent };
}
const named = (name: string) => ({ id: `${name}-AAAAAA`, name });
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

test('the agent of a conversation is woken once for all of its own tasks, with their names', async () => {
  const { fail, pass, sent } = outage('conversation');
  const records = [...fail(20, 0, route), ...fail(2, 20, { ...route, sessionKey: 'agent:main:other', replyTo: '9' })];
  pass(20_000);
  await vi.waitFor(() => expect(states(records)).toEqual(new Set(['sent', 'merged'])));
  expect(sent.map((letter) => letter.folded?.length)).toEqual([20, 2]);
  expect(sent[0]).toMatchObject({ route, folded: expect.arrayContaining([named('t0'), named('t19')]) });
  expect(sent[1]?.route?.sessionKey).toBe('agent:main:other');
});

test('a try that told of fewer tasks has delivered nothing of one that tells of more', async () => {
  const { fail, pass, sent } = outage('conversation', () =>
    sent.length === 1 ? { result: 'later', why: 'busy', afterMs: 0, done: 'raw' } : { result: 'sent' },
  );
  const records = fail(1, 0, route);
  pass(20_000);
  await vi.waitFor(() => expect(records[0]?.deliveries[0]?.done).toBe('raw'));
  const more = fail(1, 1, route);
  await vi.waitFor(() => {
    pass(MINUTE);
    expect(states([...records, ...more])).toEqual(new Set(['sent', 'merged']));
  });
  expect(sent.map(({ done, folded: names }) => [done, names])).toEqual([
    [undefined, undefined],
    [undefined, [named('t0'), named('t1')]],
  ]);
});

test.each([
  ['00:00-23:59', true],
  [undefined, false],
])('a conversation is told without delay, and in quiet hours (%s) without a sound', async (hush, silent) => {
  const { fail, pass, sent } = outage('conversation', undefined, hush);
  fail(1, 0, route);
  pass(20_000);
  await vi.waitFor(() => expect(sent.map((letter) => letter.silent)).toEqual([silent]));
});

test('a program hears once, too, of a login that has expired, and of which tasks', async () => {
  const { fail, pass, sent } = outage('program', undefined, undefined, 'account');
  const records = fail(9);
  pass(20_000);
  await vi.waitFor(() => expect(states(records)).toEqual(new Set(['sent', 'merged'])));
  const [letter] = sent;
  expect(letter && documentOf(letter)).toMatchObject({
    id: 't0-AAAAAA/3+8',
    task: named('t0'),
    tasks: Array.from({ length: 9 }, (_, index) => named(`t${index}`)),
    sentence: expect.stringContaining('9 tasks of codex failed'),
  });
});

test('where there is a file for each task, each is told by itself, at once', async () => {
  const { fail, sent } = outage('program', undefined, undefined, 'nothing');
  const records = fail(9);
  await vi.waitFor(() => expect(states(records)).toEqual(new Set(['sent'])));
  expect(new Set(sent.map((letter) => letter.notice.task.name)).size).toBe(9);
});
