import { describe, expect, test } from 'vitest';
import { parseTaskId, parseTaskName } from '../../src/domain/ids.ts';

describe('a task name', () => {
  test.each(['a', '7', 'fix-login', 'a--b', 'x'.repeat(40)])('may be %s', (text) => {
    expect(parseTaskName(text)).toBe(text);
  });

  test.each([
    '',
    '-t',
    '--help',
    'a-',
    'Fix',
    'a b',
    'a.b',
    'a:c',
    '=x',
    '%1',
    '{last}',
    '$(id)',
    '`id`',
    '../../etc/x',
    'a\nb',
    'a\n',
    'a\0',
    'ü',
    'а', // a Cyrillic letter
    '\u202Eabc',
    '🪢',
    'x'.repeat(41),
  ])('may not be %j, and the refusal says what may', (text) => {
    expect(() => parseTaskName(text)).toThrow(/^".*" is not a task name: use a-z, 0-9 and "-"/s);
  });

  test('is not repeated whole where it is huge', () => {
    expect(() => parseTaskName('x'.repeat(10_000))).toThrow(/^.{0,200}$/);
  });
});

describe('a task id', () => {
  test.each(['fix-login-aB3xYz', 'a-000000', `${'x'.repeat(40)}-AAAAAA`])('may be %s', (text) => {
    expect(parseTaskId(text)).toBe(text);
  });

  test.each(['', 'fix-login', 'a-12345', 'a-1234567', '../a-123456', 'A-123456', 'a-12345\n', 'a-123456\n', '-123456'])(
    'may not be %j',
    (text) => {
      expect(parseTaskId(text)).toBeUndefined();
    },
  );
});
