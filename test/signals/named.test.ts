import { describe, expect, test } from 'vitest';
import { named } from '../../src/signals/named.ts';
import { known, seen, task, told } from './seen.ts';

describe('named', () => {
  test.each([
    [
      'an id that nobody knew yet',
      told({ conversation: 'c1' }),
      task(),
      { type: 'named', attempt: 2, conversation: 'c1' },
    ],
    ['no id so far', seen(), task(), undefined],
    ['the id that is known', told({ conversation: 'c1' }), task(undefined, { conversation: 'c1' }), undefined],
    ['another id than the known one', told({ conversation: 'c2' }), task(undefined, { conversation: 'c1' }), undefined],
  ])('%s', (_, observation, before, expected) => {
    expect(named.read(observation, before, known())).toEqual(expected);
  });
});
