import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pageOf } from '../../src/daemon/event-pages.ts';
import type { Held } from '../../src/daemon/held.ts';
import { attemptFiles } from '../../src/drivers/attempt.ts';

/** An agent that says in one line as many messages as it likes. */
const read = (line: unknown) =>
  ((line as { says?: string[] }).says ?? []).map((text) => ({ type: 'message', text }) as const);

let held: Held;
beforeEach(() => {
  const dir = mkdtempSync(join(tmpdir(), 'hf-pages-'));
  mkdirSync(join(dir, 'attempts'));
  held = { dir, agent: { print: { read } }, spec: {} } as unknown as Held; // all that is asked of it
});
afterEach(() => rmSync(held.dir, { recursive: true, force: true }));

const says = (...texts: readonly string[]): string => `${JSON.stringify({ says: texts })}\n`;

function write(attempt: number, ...lines: readonly string[]): void {
  const { events } = attemptFiles(held.dir, attempt);
  mkdirSync(dirname(events), { recursive: true });
  writeFileSync(events, lines.join(''));
}

/** What is asked for in one answer: the texts with their attempts, and how to ask on. */
async function ask(lines: number, more: { after?: string; attempt?: number; raw?: boolean } = {}) {
  const asked = { lines, after: undefined, attempt: undefined, raw: false, ...more };
  const { entries, ...rest } = await pageOf(held, asked);
  return { said: entries.map(({ attempt, raw, event }) => `${attempt} ${raw ?? textOf(event)}`), ...rest };
}
const textOf = (event: unknown): string => (event as { text: string }).text;

describe('of the events of three attempts', () => {
  beforeEach(() => {
    write(1, says('a', 'b'), says(), 'no JSON\n', says('c'));
    write(2);
    write(3, says('d'), says('e', 'f'), '{"says":["ha');
  });

  test.each([
    [0, []],
    [1, ['3 f']],
    [3, ['3 d', '3 e', '3 f']],
    [5, ['1 b', '1 c', '3 d', '3 e', '3 f']],
    [100, ['1 a', '1 b', '1 c', '3 d', '3 e', '3 f']],
  ])('the last %i are given, whatever lines they came in', async (lines, said) => {
    expect(await ask(lines)).toEqual({ said, cursor: `3:${says('d').length + says('e', 'f').length}`, more: false });
  });

  test('the raw lines are counted as such, and those of one attempt alone', async () => {
    expect((await ask(2, { raw: true })).said).toEqual([`3 ${says('d').trim()}`, `3 ${says('e', 'f').trim()}`]);
    expect((await ask(1, { raw: true, attempt: 1 })).said).toEqual([`1 ${says('c').trim()}`]);
    expect((await ask(9, { attempt: 2 })).said).toEqual([]);
  });

  test('only what is new comes with the cursor of the last answer', async () => {
    const { cursor } = await ask(0);
    expect((await ask(200, { after: cursor })).said).toEqual([]);
    appendFileSync(attemptFiles(held.dir, 3).events, 'lf"]}\n');
    write(4, says('g'));
    const next = await ask(200, { after: cursor });
    expect(next.said).toEqual(['3 half', '4 g']);
    expect((await ask(200, { after: next.cursor })).said).toEqual([]);
  });

  test.each(['', '1', '1:', '-1:0', '1:0:0', '1:9999999999999999', 'x'])('%j is no cursor', async (after) => {
    await expect(ask(1, { after })).rejects.toThrow('is no cursor: use the one of an earlier answer');
  });
});

test('where a task has no attempt yet, there is nothing, and then the first word of it', async () => {
  const { cursor, ...none } = await ask(10);
  expect(none).toEqual({ said: [], more: false });
  write(1, says('a'));
  expect((await ask(10, { after: cursor })).said).toEqual(['1 a']);
});

test('what is too much for one answer comes in several, each event once', async () => {
  const long = 'x'.repeat(1000);
  for (const attempt of [1, 2])
    write(attempt, ...Array.from({ length: 20_000 }, (_, n) => says(`${attempt}/${n} ${long}`)));
  const answers = [await ask(30_000)];
  for (let last = answers[0]; last?.more; answers.push(last)) last = await ask(30_000, { after: last.cursor });
  const numbers = answers.flatMap(({ said }) => said.map((text) => text.split(' ')[1]));
  expect(numbers).toEqual([
    ...Array.from({ length: 10_000 }, (_, n) => `1/${n + 10_000}`),
    ...Array.from({ length: 20_000 }, (_, n) => `2/${n}`),
  ]);
  expect(answers.length).toBeGreaterThan(1);
});
