import { describe, expect, test } from 'vitest';
import { strayed } from '../../src/signals/strayed.ts';
import { known, seen, task, told } from './seen.ts';

describe('strayed', () => {
  test.each([
    [
      'another conversation than was asked for',
      told({ conversation: 'c2' }),
      task(undefined, { conversation: 'c1' }),
      { type: 'strayed', attempt: 2, asked: 'c1', got: 'c2' },
    ],
    [
      'the conversation that was asked for',
      told({ conversation: 'c1' }),
      task(undefined, { conversation: 'c1' }),
      undefined,
    ],
    ['any conversation where none was asked for', told({ conversation: 'c1' }), task(), undefined],
    ['silence', seen(), task(undefined, { conversation: 'c1' }), undefined],
  ])('%s', (_, observation, before, expected) => {
    expect(strayed.read(observation, before, known())).toEqual(expected);
  });
});
