import { describe, expect, test } from 'vitest';
import { isoTimes } from '../../src/protocol/iso-times.ts';
import { happenings } from '../domain/samples.ts';

const AT = Date.UTC(2027, 0, 15, 8);
const ISO = '2027-01-15T08:00:00.000Z';

describe('a document for programs', () => {
  test.each([
    ['a time', { bornAt: AT }, { bornAt: ISO }],
    ['a time with a part of a millisecond, as files have', { bornAt: AT + 0.4 }, { bornAt: ISO }],
    ['a time within', { failure: { kind: 'x', resetAt: AT } }, { failure: { kind: 'x', resetAt: ISO } }],
    [
      'times in a list',
      { all: [{ endAt: AT }, 'word', [{ endAt: AT }]] },
      { all: [{ endAt: ISO }, 'word', [{ endAt: ISO }]] },
    ],
  ])('has %s in ISO 8601', (_, given, due) => expect(isoTimes(given)).toEqual(due));

  test('keeps what is no time as it is', () => {
    const other = { ms: AT, chat: 1, at: 'noon', bornAt: 'yesterday', none: null, yes: true, cost: 0.1 };
    expect(isoTimes(other)).toEqual(other);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 9e15, -9e15])('has no time that is no date: %j', (resetAt) => {
    expect(isoTimes({ kind: 'x', resetAt })).toEqual({ kind: 'x' });
  });
});

test.each(Object.values(happenings).flat())('$type tells its times as programs expect them', (happening) => {
  const told = JSON.stringify(isoTimes(happening));
  expect(told).not.toMatch(/[aA]t":\d|\b1[78]\d{11}\b/);
});
