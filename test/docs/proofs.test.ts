import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BUGS } from '../model/bugs.ts';

const pageOf = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const isThere = (path: string): boolean => existsSync(new URL(`../../${path}`, import.meta.url));
const rowsOf = (page: string): readonly string[] => page.split('\n').filter((line) => line.startsWith('| '));

const promises = rowsOf(pageOf('reliability.md')).filter((row) => /^\| P\d/.test(row));
test('the promises are twelve', () => expect(promises).toHaveLength(12));
test.each(promises.map((row) => [row.split('|')[1]?.trim(), row]))(
  '%s has a proof, and its files are there',
  (_, row) => {
    const paths = [...row.matchAll(/`(test\/[\w/.*-]+)`/g)]
      .map(([, path = '']) => path)
      .filter((path) => !path.includes('*'));
    const proofs = row.includes('*') ? ['test', ...paths] : paths;
    expect(proofs.length).toBeGreaterThan(0);
    expect(proofs.filter((path) => !isThere(path))).toEqual([]);
  },
);

const [, appendix = ''] = pageOf('security.md').split('## Appendix');
const inputs = rowsOf(appendix).filter((row) => /^\| \d/.test(row));
test('each of the thirty hostile inputs has its row', () => {
  const numbers = inputs.flatMap((row) => numbersIn(row.split('|')[1] ?? ''));
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
});
test.each(inputs.map((row) => [row.split('|')[1]?.trim(), row]))(
  'hostile input %s has a test, and its files are there',
  (_, row) => {
    const paths = [...(row.split('|')[3] ?? '').matchAll(/`([\w/-]+)`/g)].map(([, path]) => `test/${path}.test.ts`);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  },
);

test('as many seeded faults are told of as there are', () => {
  const words = ['Twelve', 'Thirteen', 'Fourteen', 'Fifteen', 'Sixteen', 'Seventeen', 'Eighteen'];
  const told = words.find((word) => pageOf('reliability.md').includes(`${word} seeded faults`)) ?? '';
  expect(words.indexOf(told) + 12).toBe(Object.keys(BUGS).length);
});

/** The numbers in `1–5` or `6, 7`. */
function numbersIn(cell: string): readonly number[] {
  const [from, to] = cell.split('–').map(Number);
  if (from === undefined || to === undefined) return cell.split(',').map(Number);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
