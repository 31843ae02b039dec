import { expect, test } from 'vitest';
import { amount, deniedText, tokensText, tokensTold } from '../../src/domain/amount.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [10_240, '10.2k'],
  [999_999, '999.9k'],
  [1_000_000, '1M'],
  [3_456_789, '3.4M'],
  [2_000_000_000, '2G'],
])('%i is %s for people', (count, text) => {
  expect(amount(count)).toBe(text);
});

test('tokens are told apart by their direction', () => {
  expect(tokensText({ input: 10_240, output: 1345 })).toBe('10.2k in / 1.3k out');
});

test('of tokens that nobody told of is not said that there were none', () => {
  expect(tokensTold({ input: 0, output: 0 })).toBe('none told');
  expect(tokensTold({ input: 10_240, output: 1345 })).toBe('10240 in, 1345 out');
});

test('a number of denials says where there may have been more', () => {
  expect([deniedText(3), deniedText(3, true)]).toEqual(['3', 'at least 3']);
});
