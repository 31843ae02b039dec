import { describe, expect, test } from 'vitest';
import { keysFor } from '../../src/drivers/keys.ts';

const keys = { yes: ['1'], no: ['Escape'] };
const refused = { refused: expect.stringContaining('takes no text') };

describe('an answer', () => {
  test.each([
    ['that has a key of its own', { keys }, ['yes', 'no'], 'yes', { keys: ['1'] }],
    ['to a program without menus is typed', {}, [], 'the harbour', undefined],
    ['is typed where the words are none of its choices', { keys }, [], 'yes', undefined],
    [
      'to a menu with numbers is the number of its row',
      { keys, menus: 'digits' },
      ['Postgres', 'SQLite'],
      'SQLite',
      { keys: ['2'] },
    ],
    ['that is a number is that row', { keys, menus: 'digits' }, [], '3', { keys: ['3'] }],
    ['"no" leaves a menu, and is not typed into it', { keys, menus: 'digits' }, [], 'no', { keys: ['Escape'] }],
    ['"yes" is not typed into a menu whose rows nobody knows', { keys, menus: 'digits' }, [], 'yes', refused],
    ['in words is not typed into a menu', { keys, menus: 'digits' }, [], 'use sqlite', refused],
    ['"no" leaves a menu without numbers too', { keys, menus: 'arrows' }, [], 'no', { keys: ['Escape'] }],
    ['that is a number chooses nothing there', { keys, menus: 'arrows' }, [], '2', refused],
  ] as const)('%s', (_, face, choices, text, expected) => {
    expect(keysFor(face, choices, text)).toEqual(expected);
  });
});
