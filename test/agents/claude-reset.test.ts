import { expect, test } from 'vitest';
import { claudeResetIn } from '../../src/agents/claude-reset.ts';

const AT = Date.UTC(2026, 10, 21, 23, 0);

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
