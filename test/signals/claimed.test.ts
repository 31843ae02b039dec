import { describe, expect, test } from 'vitest';
import type { Phase } from '../../src/domain/task.ts';
import { claimed } from '../../src/signals/claimed.ts';
import { known, seen, task } from './seen.ts';

const starting: Phase = { state: 'starting', claimBy: 0 };
const { bornAt, ...unborn } = seen();

describe('claimed', () => {
  test.each([
    ['a claim with its runner alive', seen(), task(starting), { type: 'claimed', attempt: 2, bornAt }],
    ['the same at a resume', seen(), task({ state: 'resuming', claimBy: 0 }), { type: 'claimed', attempt: 2, bornAt }],
    ['no claim', seen({ claim: 'none' }), task(starting), undefined],
    ['a claim that the daemon took', seen({ claim: 'revoked' }), task(starting), undefined],
    [
      'a claim whose runner is gone again',
      seen({ runner: 'gone' }),
      task(starting),
      { type: 'claimed', attempt: 2, bornAt },
    ],
    ['a claim whose runner has not signed yet', unborn, task(starting), undefined],
    ['a claim that was seen before', seen(), task(), undefined],
  ])('%s', (_, observation, before, expected) => {
    expect(claimed.read(observation, before, known())).toEqual(expected);
  });
});
