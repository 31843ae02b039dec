import { describe, expect, test, vi } from 'vitest';
import { lineSplitter } from '../../src/system/jsonl.ts';

const inChunksOf = (size: number, text: string): Buffer[] => {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
};

describe('a line splitter', () => {
  test.each([
    ['one line', 'a\n', ['a']],
    ['several lines', 'a\nb\nc\n', ['a', 'b', 'c']],
    ['a half line, which waits', 'a\nhalf', ['a']],
    ['empty lines', '\n\na\n', ['', '', 'a']],
    ['CRLF, of which CR stays', 'a\r\nb\n', ['a\r', 'b']],
    ['U+2028 and U+2029, which are text', 'a\u2028b\u2029c\nd\n', ['a\u2028b\u2029c', 'd']],
    ['characters of many bytes', 'zażółć 🪢 結\nπ\n', ['zażółć 🪢 結', 'π']],
  ])('gives the complete lines of %s, however the bytes arrive', (_, text, lines) => {
    for (const size of [1, 2, 3, 1000]) {
      const split = lineSplitter();
      expect(inChunksOf(size, text).flatMap(split)).toEqual(lines);
    }
  });

  test('gives a final line without LF when it is given the LF', () => {
    const split = lineSplitter();
    expect(split(Buffer.from('last'))).toEqual([]);
    expect(split(Buffer.from('\n'))).toEqual(['last']);
  });

  test('keeps what it was given although the caller reads into the same buffer again', () => {
    const split = lineSplitter();
    const buffer = Buffer.from('first');
    split(buffer);
    buffer.fill('x');
    expect(split(Buffer.from('\n'))).toEqual(['first']);
  });

  test.each([1, 4, 100])('drops a line over its limit, says so once, and goes on (chunks of %i)', (size) => {
    const onDropped = vi.fn();
    const split = lineSplitter({ maxBytes: 5, onDropped });
    expect(inChunksOf(size, '12345\n123456\n1234567890123456\nok\n').flatMap(split)).toEqual(['12345', 'ok']);
    expect(onDropped).toHaveBeenCalledTimes(2);
  });

  test('takes a line of 8 MB in small chunks without searching its bytes again and again', () => {
    const split = lineSplitter();
    const chunk = Buffer.alloc(4096, 'x');
    const searched = vi.spyOn(Buffer, 'concat');
    for (let sent = 0; sent < 8 * 1024 * 1024; sent += chunk.length) split(chunk);
    expect(searched).not.toHaveBeenCalled();
    expect(split(Buffer.from('\n'))[0]).toHaveLength(8 * 1024 * 1024);
    expect(searched).toHaveBeenCalledTimes(1);
  });
});
