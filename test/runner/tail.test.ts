import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { endOf, tailOf } from '../../src/runner/tail.ts';

let directory = '';
let file = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-tail-'));
  file = join(directory, 'events.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('the tail of a file', () => {
  test('is nothing while there is no file', () => {
    const tail = tailOf(file, () => undefined);
    expect([...tail.more()].flat()).toEqual([]);
    writeFileSync(file, 'a\n');
    expect([...tail.more()].flat()).toEqual(['a']);
  });

  test('is what was added since the last look, in whole lines and whole characters', () => {
    const tail = tailOf(file, () => undefined);
    const bytes = Buffer.from('{"text":"結 🪢"}\nnext\nhal');
    const seen: string[] = [];
    for (const byte of bytes) {
      appendFileSync(file, Buffer.from([byte]));
      for (const lines of tail.more()) seen.push(...lines);
    }
    expect(seen).toEqual(['{"text":"結 🪢"}', 'next']);
    expect(tail.rest()).toEqual(['hal']);
    expect(tail.rest()).toEqual([]);
  });

  test('comes chunk by chunk, so that a large file is not in memory at once', () => {
    writeFileSync(file, `${'x'.repeat(99)}\n`.repeat(5000));
    const chunks = [...tailOf(file, () => undefined).more()];
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.flat()).toHaveLength(5000);
  });

  test('says so when a line was too long to be kept', () => {
    const onDropped = vi.fn();
    const tail = tailOf(file, onDropped);
    writeFileSync(file, `${'x'.repeat(16 * 1024 * 1024 + 1)}\nnext\n`);
    expect([...tail.more()].flat()).toEqual(['next']);
    expect(onDropped).toHaveBeenCalledTimes(1);
  });
});

describe('the end of a file', () => {
  test('is all of a short file, the last of a long one, and nothing of none', () => {
    expect(endOf(file)).toBe('');
    writeFileSync(file, 'short');
    expect(endOf(file)).toBe('short');
    writeFileSync(file, `${'x'.repeat(100_000)}end`);
    expect(endOf(file)).toMatch(/^x{8189}end$/);
  });
});
