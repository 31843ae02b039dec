import { describe, expect, test } from 'vitest';
import { cut, table, textWidth } from '../../src/cli/table.ts';

test.each([
  ['abc', 3],
  ['日本', 4],
  ['🎉', 2],
  ['e\u0301', 1],
  ['', 0],
])('%s takes %d columns', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test.each([
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 4, 'abc…'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日…'],
])('%s cut to %d columns is %s', (text, width, expected) => {
  expect(cut(text, width)).toBe(expected);
});

describe('a table', () => {
  test('lines up its columns, whatever their characters and colours', () => {
    const red = (text: string) => `<red>${text}</red>`;
    expect(
      table([
        ['NAME', 'STATE', 'SUMMARY'],
        ['日本', { text: 'ok', paint: red }, 'x'],
        ['a', 'running', ''],
      ]),
    ).toBe(['NAME  STATE    SUMMARY', '日本  <red>ok</red>       x', 'a     running', ''].join('\n'));
  });

  test('ends where the terminal ends', () => {
    expect(table([['a', 'a long summary of what is done']], 20)).toBe('a  a long summary o…\n');
  });

  test('lets nothing through that a terminal would act on', () => {
    expect(table([['a\u001b[2J', 'x\ny\u001b]0;title\u0007\u202e']])).toBe('a  x y\n');
  });
});
