import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** Milliseconds depend on the machine; what they come from does not. */
describe.each(['look', 'tell'])('the quick file "%s"', (name) => {
  const text = readFileSync(new URL(`../../dist/quick/${name}.cjs`, import.meta.url), 'utf8');

  test('loads nothing but parts of node', () => {
    const loaded = [...text.matchAll(/\b(?:require|import)\(["'`]([^"'`]+)["'`]\)/g)].map(([, what]) => what);
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((what) => !what?.startsWith('node:'))).toEqual([]);
  });

  test('is small: each 30 kB cost a millisecond', () => {
    expect(text.length).toBeLessThan(30_000);
  });
});
