import { describe, expect, test } from 'vitest';
import { choose, type Waiting } from '../../../src/daemon/outbox/choose.ts';
import type { Delivery } from '../../../src/daemon/outbox/record.ts';
import { expiryOf, quietUntil, waitAfter } from '../../../src/daemon/outbox/schedule.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { AT, notice, passing } from '../../notifiers/letters.ts';

const HOUR = 3_600_000;
const local = (text: string): number => new Date(`2026-11-20T${text}:00`).getTime(); // on the clock of this machine

describe('quiet hours', () => {
  test.each([
    ['22:00-07:00', '21:59', undefined],
    ['22:00-07:00', '22:00', '2026-11-21T07:00:00'],
    ['22:00-07:00', '23:30', '2026-11-21T07:00:00'],
    ['22:00-07:00', '00:10', '2026-11-20T07:00:00'],
    ['22:00-07:00', '07:00', undefined],
    ['13:00-14:30', '13:15', '2026-11-20T14:30:00'],
    ['13:00-14:30', '12:59', undefined],
  ])('of %s at %s end at %s', (hours, at, end) => {
    expect(quietUntil(hours, local(at))).toBe(end && new Date(end).getTime());
  });

  test('are not there without a setting', () => expect(quietUntil(undefined, AT)).toBeUndefined());
});

test('waits double from 5 s up to the cap, and vary so that nobody meets', () => {
  expect([1, 2, 3, 4, 5, 99].map((tries) => waitAfter(tries, 60_000, 0))).toEqual([
    5000, 10_000, 20_000, 40_000, 60_000, 60_000,
  ]);
  expect(waitAfter(1, 60_000, 0.999)).toBeLessThan(6001);
});

test('what ends a task, or asks, is worth a day of tries, the rest half a day', () => {
  expect(expiryOf(notice())).toBe(AT + 24 * HOUR);
  expect(expiryOf(notice({ kind: 'waiting-input', task: { over: false } }))).toBe(AT + 24 * HOUR);
  expect(expiryOf(passing())).toBe(AT + 12 * HOUR);
});

describe('of what waits about one task', () => {
  const at = local('12:00');
  const waits = (about: Notice, more: Partial<Delivery> = {}): Waiting => {
    const delivery = { notifier: 'n', state: 'pending', tries: 0, nextAt: 0, ...more } as const;
    return { record: { v: 1, notice: about, deliveries: [delivery] }, delivery };
  };
  const [started, crashed, resumed] = ['started', 'crashed', 'resumed'].map((id) => passing({ id }));
  const end = notice({ id: 'end' });
  const ids = (waiting: readonly (Waiting | undefined)[], rules: object, lastAt?: number) => {
    const found = choose(
      waiting.filter((each) => each !== undefined),
      { minIntervalMs: 0, ...rules },
      { at, lastAt },
    );
    return found && [found.carrier, ...found.merged].map(({ record }) => record.notice.id);
  };
  const [a, b, c] = [started, crashed, resumed].map((each) => each && waits(each));
  const late = started && waits(started, { nextAt: at + 1, tries: 1 });
  const stuck = started && waits(started, { nextAt: at + 1, tries: 5 });

  test.each<[string, string[] | undefined, readonly (Waiting | undefined)[], object, number?]>([
    ['the first goes first', ['started'], [a, b, c], {}],
    ['nothing passes the first while it is tried again', undefined, [late, b], {}],
    ['what was tried too often is passed', ['crashed'], [stuck, b], {}],
    [
      'with an interval the last tells the others along',
      ['resumed', 'started', 'crashed'],
      [a, b, c],
      { minIntervalMs: 1000 },
    ],
    ['within the interval it waits', undefined, [a, b], { minIntervalMs: 1000 }, at - 999],
    ['after it, no more', ['crashed', 'started'], [a, b], { minIntervalMs: 1000 }, at - 1000],
    ['what is urgent waits for no interval', ['end', 'started'], [a, waits(end)], { minIntervalMs: 1000 }, at - 1],
    ['in quiet hours nothing goes', undefined, [waits(end)], { quietHours: '11:00-13:00' }],
    ['nothing comes of nothing', undefined, [], {}],
  ])('%s', (_, expected, waiting, rules, lastAt) => expect(ids(waiting, rules, lastAt)).toEqual(expected));
});
