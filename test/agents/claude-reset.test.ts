import { describe, expect, test } from 'vitest';
import { claudeResetIn } from '../../src/agents/claude-reset.ts';

const AT = Date.UTC(2026, 10, 21, 23, 0);

const shown = (moment: number | undefined) => moment && new Date(moment).toISOString();

test.each([
  ['resets 11:30pm (UTC)', '2026-11-21T23:30:00Z'],
  ['resets 1:18am (UTC)', '2026-11-22T01:18:00Z'],
  ['resets 10:55pm (UTC)', '2026-11-21T22:55:00Z'], // it has just come, and is not tomorrow's
  ['resets 3am (UTC)', '2026-11-22T03:00:00Z'],
  ['resets 12:10am (Europe/Berlin)', '2026-11-21T23:10:00Z'],
  ['resets 8pm (America/New_York)', '2026-11-22T01:00:00Z'],
  ['resets 5:30am (Asia/Kolkata)', '2026-11-22T00:00:00Z'],
  ['resets Nov 23, 7:52am (UTC)', '2026-11-23T07:52:00Z'],
  ['resets Jan 2, 7am (UTC)', '2027-01-02T07:00:00Z'],
  ['resets Foo 2, 7am (UTC)', undefined],
  ['resets 7am (Nowhere/Land)', undefined],
  ['resets soon', undefined],
])("You've hit your session limit · %s", (words, expected) => {
  const moment = claudeResetIn(`You've hit your session limit · ${words}`, AT);
  expect(moment).toBe(expected && Date.parse(expected));
});

describe('on a day on which the clocks are set, the hour is that of its own side', () => {
  test.each([
    ['forward in Berlin, before', '2026-03-28T22:00Z', '1:30am (Europe/Berlin)', '2026-03-29T00:30Z'],
    ['forward in Berlin, after', '2026-03-28T22:00Z', '3:30am (Europe/Berlin)', '2026-03-29T01:30Z'],
    ['forward in Berlin, with its date', '2026-03-26T22:00Z', 'Mar 29, 1:30am (Europe/Berlin)', '2026-03-29T00:30Z'],
    ['forward in Berlin, an hour that is left out', '2026-03-28T22:00Z', '2:30am (Europe/Berlin)', '2026-03-29T01:30Z'],
    ['forward in New York, before', '2026-03-08T04:00Z', '1:30am (America/New_York)', '2026-03-08T06:30Z'],
    ['forward in New York, after', '2026-03-08T04:00Z', '3:30am (America/New_York)', '2026-03-08T07:30Z'],
    ['back in Berlin, before', '2026-10-24T22:00Z', '1:30am (Europe/Berlin)', '2026-10-24T23:30Z'],
    ['back in Berlin, after', '2026-10-24T22:00Z', '3:30am (Europe/Berlin)', '2026-10-25T02:30Z'],
    ['back in Berlin, the second of an hour', '2026-10-24T22:00Z', '2:30am (Europe/Berlin)', '2026-10-25T01:30Z'],
    ['back in Berlin, when the first has passed', '2026-10-25T00:40Z', '2:30am (Europe/Berlin)', '2026-10-25T01:30Z'],
    ['back in New York, before', '2026-11-01T03:50Z', '12:30am (America/New_York)', '2026-11-01T04:30Z'],
    ['back in New York, after', '2026-11-01T04:00Z', '3am (America/New_York)', '2026-11-01T08:00Z'],
    ['by half an hour, on Lord Howe, after', '2026-04-04T12:00Z', '4am (Australia/Lord_Howe)', '2026-04-04T17:30Z'],
  ])('%s', (_, at, words, expected) => {
    expect(shown(claudeResetIn(`limit · resets ${words}`, Date.parse(at)))).toBe(shown(Date.parse(expected)));
  });

  test.each([
    ['forward', '2026-03-29T02:10Z', '4am (Europe/Berlin)', '2026-03-29T02:00Z'],
    ['back', '2026-10-25T03:10Z', '4am (Europe/Berlin)', '2026-10-25T03:00Z'],
  ])('%s: a time that has just passed has come, and is not a day away', (_, at, words, expected) => {
    expect(shown(claudeResetIn(`limit · resets ${words}`, Date.parse(at)))).toBe(shown(Date.parse(expected)));
  });
});
