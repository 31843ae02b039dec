import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** Milliseconds depend on the machine; what they come from does not. */
describe.each(['look', 'complete', 'tell'])('the quick file "%s"', (name) => {
  const file = new URL(`../../dist/quick/${name}.cjs`, import.meta.url);
  const text = readFileSync(file, 'utf8');
  const named = (how: string) =>
    [...text.matchAll(new RegExp(`\\b${how}\\(["'\`]([^"'\`]+)["'\`]\\)`, 'g'))].map(([, what]) => what ?? '');

  test('loads nothing but parts of node', () => {
    const loaded = named('require');
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((what) => !what.startsWith('node:'))).toEqual([]);
  });

  test('finds what it loads on the way', () => {
    const files = named('import').filter((what) => !what.startsWith('node:'));
    expect(files.filter((what) => !existsSync(new URL(what, file)))).toEqual([]);
  });

  test('is small: each 30 kB cost a millisecond', () => {
    expect(text.length).toBeLessThan(30_000);
  });
});
