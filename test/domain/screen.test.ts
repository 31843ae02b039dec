import { describe, expect, test } from 'vitest';
import { readScreen, type ScreenRule } from '../../src/domain/screen.ts';

const rules: readonly ScreenRule[] = [
  { match: /esc to interrupt/, means: 'working' },
  { match: /Allow it\?/, means: 'asks' },
];

describe('a screen is read', () => {
  test.each([
    ['from its last rows', 'history\n\nAllow it?\n> 1. Yes\n\n\n\n', 'asks'],
    ['by the first rule that fits', 'Allow it?\n  esc to interrupt\n', 'working'],
    ['not from what was scrolled up: that is the past', `Allow it?\n${'later\n'.repeat(9)}`, undefined],
    ['as nothing where no rule knows it', 'user@host:~$ ', undefined],
    ['as nothing where it is empty', '\n\n  \n', undefined],
  ])('%s', (_, screen, means) => {
    expect(readScreen(rules, screen)?.means).toBe(means);
  });
});
