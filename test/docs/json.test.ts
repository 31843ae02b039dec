import { expect, test } from 'vitest';
import { blocks, names, parserFor, rewrite } from './schemas.ts';

if (process.env.HOLDFAST_WRITE_DOCS === '1') rewrite();

test('docs/json.md documents every schema', () => {
  expect(blocks().map(({ name }) => name)).toEqual(names);
});

test.each(blocks())(
  'docs/json.md has the schema $name as the code has it (HOLDFAST_WRITE_DOCS=1 writes it)',
  ({ stands, due }) => {
    expect(stands).toBe(due);
  },
);

test('a schema of the page refuses what is none', () => {
  expect(parserFor('event').safeParse({ schema: 1, cursor: '1.1' }).success).toBe(false);
});
