import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findAgent } from '../../src/agents/index.ts';
import { classify, REMEDIES } from '../../src/domain/failure.ts';
import { NOTICE_KINDS } from '../../src/domain/notice-kind.ts';

const page = readFileSync(new URL('../../docs/failures.md', import.meta.url), 'utf8');

/** The cells of the table under a heading, without its head. */
const rowsUnder = (heading: string): readonly (readonly string[])[] => {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows
    .filter((_, index) => index !== 1)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
};

const bare = (code = ''): string => code.replaceAll('`', '');
const [, ...done] = rowsUnder('What is done');
const [head = [], ...said] = rowsUnder('How each agent says it');
const quotes = said.flatMap(([kind, ...cells]) =>
  cells.flatMap((cell, column) =>
    [...cell.matchAll(/"([^"]+)"(?!`)/g)].map(([, words = '']) => {
      const [agent = ''] = (head[column + 1] ?? '').split(' ');
      return [agent, bare(kind), words] as const;
    }),
  ),
);

describe('docs/failures.md', () => {
  test('has each class with its policy, as the code has them', () => {
    expect(Object.fromEntries(done.map(([kind, policy]) => [bare(kind), bare(policy)]))).toEqual(REMEDIES);
  });

  test('tells of notices that there are', () => {
    const kinds = done.flatMap(([, , , told = '']) => [...told.matchAll(/`([^`]+)`/g)].map(([, kind]) => kind));
    expect(kinds.filter((kind) => !NOTICE_KINDS.some((known) => known === kind))).toEqual([]);
    expect(new Set(kinds).size).toBeGreaterThan(3);
  });

  test('has words for every class but the unknown', () => {
    expect(said.map(([kind]) => bare(kind))).toEqual(Object.keys(REMEDIES).filter((kind) => kind !== 'unknown'));
    expect(quotes.length).toBeGreaterThan(40);
  });

  test.each(quotes)('%s says of %s: %s', (id, kind, words) => {
    expect(classify(findAgent(id)?.failures ?? [], words)).toBe(kind);
  });

  test.each(['codex', 'claude', 'opencode', 'pi'])('names the version of %s that was measured', (id) => {
    expect(head.find((cell) => cell.startsWith(`${id} `))).toBe(findAgent(id)?.verified.split(' on ')[0]);
  });
});
