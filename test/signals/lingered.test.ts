import { expect, test } from 'vitest';
import { asking } from '../../src/signals/asking.ts';
import { lingered } from '../../src/signals/lingered.ts';
import { known, seen, task, told } from './seen.ts';

const { at } = seen();

test.each([
  [
    'a process that stays a minute after the final event',
    told({ turn: 'ended' }, { lastSignAt: at - 60_000 }),
    'lingered',
  ],
  ['one that may still leave by itself', told({ turn: 'ended' }, { lastSignAt: at - 59_000 }), undefined],
  [
    'one at whose prompt somebody sits',
    told({ turn: 'ended' }, { lastSignAt: at - 60_000, attended: true }),
    undefined,
  ],
  ['a turn that is open', told({ turn: 'open' }, { lastSignAt: at - 600_000 }), undefined],
  ['a process that has left', told({ turn: 'ended' }, { lastSignAt: at - 60_000, runner: 'gone' }), undefined],
  [
    'one of which a helper still asks',
    told(
      { turn: 'ended', waitsFor: { type: 'answer', nth: 1, question: 'May I?', choices: [], beside: true } },
      { lastSignAt: at - 600_000 },
    ),
    undefined,
  ],
])('%s', (_, observation, expected) => {
  expect(lingered.read(observation, task(), known())?.type).toBe(expected);
});

const asked = { state: 'waiting-input', question: 'May I?', choices: [] } as const;
const question = { type: 'answer', nth: 1, question: 'May I delete it?', choices: ['yes', 'no'] } as const;

test.each([
  ['a question that is the last word', told({ waitsFor: question }), { state: 'running' }, 'asked'],
  ['the same, told before', told({ waitsFor: question, questions: 1 }), { ...asked, nth: 1 }, undefined],
  [
    'the next question after one that was answered',
    told({ waitsFor: { ...question, nth: 2 }, questions: 2 }),
    { ...asked, nth: 1 },
    'asked',
  ],
  [
    'the older of two that stand, told before',
    told({ waitsFor: question, questions: 2 }),
    { ...asked, nth: 1 },
    undefined,
  ],
  [
    'a wait for the provider',
    told({ waitsFor: { type: 'provider', message: '429' } }),
    { state: 'running' },
    undefined,
  ],
] as const)('%s', (_, observation, phase, expected) => {
  expect(asking.read(observation, task(phase), known())?.type).toBe(expected);
});
