import { expect, test } from 'vitest';
import { localTimeIn } from '../../src/agents/local-time.ts';

const AT = new Date(2026, 10, 21, 0, 20).getTime();

test.each([
  ['or try again at 1:11 AM.', new Date(2026, 10, 21, 1, 11)],
  ['try again at 12:30 AM.', new Date(2026, 10, 21, 0, 30)],
  ['try again at 12:05 PM.', new Date(2026, 10, 21, 12, 5)],
  ['try again at 12:10 AM.', new Date(2026, 10, 21, 0, 10)],
  ['or try again at Nov 23rd, 2026 12:30 AM.', new Date(2026, 10, 23, 0, 30)],
  ['try again at Dec 1st, 2026 4:05 PM', new Date(2026, 11, 1, 16, 5)],
  ['try again later', undefined],
  ['try again at Foo 1st, 2026 4:05 PM', undefined],
])('%s', (text, expected) => {
  expect(localTimeIn(text, AT)).toBe(expected?.getTime());
});

test('a time that was said before midnight, and is read after it, has come', () => {
  const read = new Date(2026, 10, 22, 0, 0, 5).getTime();
  expect(localTimeIn('try again at 11:59 PM.', read)).toBe(new Date(2026, 10, 21, 23, 59).getTime());
  expect(localTimeIn('try again at 11:50 PM.', read)).toBe(new Date(2026, 10, 22, 23, 50).getTime());
});
