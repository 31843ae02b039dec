import { expect, test } from 'vitest';
import { verbs } from '../../src/cli/fast-path.ts';
import { suggest } from '../../src/cli/suggest.ts';

test.each([
  ['lst', 'list'],
  ['lsit', 'list'],
  ['strat', 'start'],
  ['stpo', 'stop'],
  ['attatch', 'attach'],
  ['explian', 'explain'],
  ['contiune', undefined],
  ['bogus', undefined],
  ['status', undefined],
  ['kubernetes', undefined],
  ['x', undefined],
])('%s probably means %s', (word, meant) => {
  expect(suggest(word, Object.keys(verbs))).toBe(meant);
});
