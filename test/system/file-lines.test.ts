import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lastLines, linesFrom } from '../../src/system/file-lines.ts';

const GIB = 1024 ** 3;

let dir = '';
let file = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hf-lines-'));
  file = join(dir, 'events');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Everything from a place on, in as many answers as it takes. */
async function walk(from: number, most: number): Promise<readonly string[]> {
  const { lines, end, more } = await linesFrom(file, from, most);
  return more ? [...lines, ...(await walk(end, most))] : lines;
}

const counting = (wanted: number) => ({ wanted, within: GIB, count: () => 1 });
/** The last lines, as who asks for them gets them: the place, then everything from there on. */
const last = async (wanted: number) => walk((await lastLines(file, counting(wanted))).byte, 16 * 1024 * 1024);

/** Lines of which some are longer than a chunk or than what is read at once, by turns. */
const LONG = Array.from({ length: 60 }, (_, n) => `${n} ${'é'.repeat((n * n * 7919) % 90_000)}`);

describe('the lines of a file from a place on', () => {
  test('are all there in their order, however little is read at once, but for those that are longer', async () => {
    const line = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'é', '🪢', '\r', '\u2028') });
    await fc.assert(
      fc.asyncProperty(fc.array(line), line, fc.integer({ min: 1, max: 40 }), async (lines, half, most) => {
        writeFileSync(file, lines.map((text) => `${text}\n`).join('') + half);
        expect(await walk(0, most)).toEqual(lines.filter((text) => Buffer.byteLength(text) <= most));
      }),
      { numRuns: 60 },
    );
  });

  test('wait for the end of the last one', async () => {
    writeFileSync(file, 'one\ntw');
    const { lines, end } = await linesFrom(file, 0);
    expect(lines).toEqual(['one']);
    expect(await linesFrom(file, end)).toEqual({ lines: [], end, more: false });
    appendFileSync(file, 'o\nthree\n');
    expect(await linesFrom(file, end)).toEqual({ lines: ['two', 'three'], end: 14, more: false });
    expect(await linesFrom(file, 14)).toEqual({ lines: [], end: 14, more: false });
  });

  test('leave out an endless one, of which each byte is read once', async () => {
    writeFileSync(file, 'x'.repeat(100));
    const place = await linesFrom(file, 0, 40);
    expect(place).toEqual({ lines: [], end: 41, more: true });
    const next = await linesFrom(file, place.end, 100);
    expect(next).toEqual({ lines: [], end: 100, more: false });
    appendFileSync(file, 'its end\nnext\n');
    expect(await linesFrom(file, next.end, 40)).toEqual({ lines: ['next'], end: 113, more: false });
  });

  test('are none in a file that has become shorter', async () => {
    writeFileSync(file, 'one\n');
    expect(await linesFrom(file, 100)).toEqual({ lines: [], end: 100, more: false });
  });
});

describe('the last lines of a file', () => {
  test.each([0, 1, 2, 30, 59, 60, 1000])('are found from its end: %i of 60', async (wanted) => {
    writeFileSync(file, `${LONG.join('\n')}\nhalf`);
    expect(await last(wanted)).toEqual(wanted === 0 ? [] : LONG.slice(-wanted));
  });

  test('are as many as count for what is wanted, the first perhaps for more', async () => {
    writeFileSync(file, 'one\n-\ntwo\n-\n-\n');
    const count = (line: string) => (line === '-' ? 0 : 3);
    expect(await lastLines(file, { wanted: 4, within: GIB, count })).toEqual({ byte: 0, had: 6, used: 14 });
    expect(await lastLines(file, { wanted: 2, within: GIB, count })).toEqual({ byte: 6, had: 3, used: 8 });
  });

  test('are looked for no further back than is said, and half a line there is none', async () => {
    writeFileSync(file, 'one\ntwo\nthree\n');
    expect(await lastLines(file, { wanted: 9, within: 8, count: () => 1 })).toEqual({ byte: 8, had: 1, used: 6 });
    expect(await lastLines(file, { wanted: 9, within: 2, count: () => 1 })).toEqual({ byte: 12, had: 0, used: 2 });
    expect(await linesFrom(file, 12)).toEqual({ lines: [], end: 14, more: false });
  });
});

test('a file of 3 GiB is no trouble, from its end or from its middle', async () => {
  writeFileSync(file, 'first\n');
  truncateSync(file, 3 * GIB);
  appendFileSync(file, '\none\ntwo\n');
  expect(await last(2)).toEqual(['one', 'two']);
  expect(await linesFrom(file, 2 * GIB)).toMatchObject({ lines: [], more: true });
});

describe.each<[string, () => void]>([
  ['nothing', () => undefined],
  ['an empty file', () => writeFileSync(file, '')],
  ['a directory', () => mkdirSync(file)],
  ['a FIFO, which may never end', () => execFileSync('mkfifo', [file])],
  ['a link', () => symlinkSync('/dev/zero', file)],
])('where there is %s', (_, make) => {
  test('there are no lines', async () => {
    make();
    expect(await linesFrom(file, 0)).toEqual({ lines: [], end: 0, more: false });
    expect(await lastLines(file, counting(5))).toEqual({ byte: 0, had: 0, used: 0 });
  });
});
