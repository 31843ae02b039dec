import { describe, expect, test } from 'vitest';
import { makeOutput } from '../../../src/cli/output.ts';
import { textWidth } from '../../../src/cli/table.ts';
import { frame } from '../../../src/cli/watch/frame.ts';
import { row } from '../../protocol/fake-daemon.ts';

const now = Date.parse('2026-11-20T12:05:00Z');
const stream = { write: () => undefined, isTTY: true };
const output = makeOutput({ stdout: stream, stderr: stream, env: {}, json: false, color: 'never' });
const draw = (tasks: ReturnType<typeof row>[], columns: number, rows: number, away?: string) =>
  frame({ tasks, now, away }, { columns, rows }, output);

const tasks = [
  row({ name: 'over', state: 'succeeded' }),
  row({ name: 'works', tokens: { input: 12_000, output: 345 } }),
  row({ name: 'a-name-that-is-as-long-as-a-name-may-be', state: 'backing-off', summary: 'what '.repeat(60) }),
  row({ name: 'asks', state: 'waiting-input', summary: 'May I? \u001b[2J日本語日本語日本語日本語日本語' }),
];

describe('a look', () => {
  test.each([
    [80, 24],
    [120, 30],
    [40, 10],
    [20, 3],
    [80, 1],
  ])('fits into %i×%i', (columns, rows) => {
    const lines = draw(
      [...tasks, ...Array.from({ length: 40 }, (_, index) => row({ name: `t${index}` }))],
      columns,
      rows,
    );
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) {
      expect(textWidth(line)).toBeLessThanOrEqual(columns);
      expect(line).not.toMatch(/\p{Cc}/u);
    }
  });

  test.each([
    [120, 30],
    [80, 24],
    [40, 10],
    [20, 5],
  ])('fits into %i×%i in colours too', (columns, rows) => {
    const coloured = makeOutput({ stdout: stream, stderr: stream, env: {}, json: false, color: 'always' });
    const text = frame({ tasks, now }, { columns, rows }, coloured);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours that `paint` has put in
    for (const line of text) expect(textWidth(line.replaceAll(/\u001b\[\d*m/g, ''))).toBeLessThanOrEqual(columns);
    if (columns >= 80) expect(text.join('')).toContain('\u001b[');
  });

  test('begins with whoever needs a person, and ends with what is over', () => {
    const names = draw(tasks, 80, 24)
      .slice(3)
      .map((line) => line.split(' ')[0]);
    expect(names.slice(2)).toEqual(['works', 'over']);
    expect(new Set(names.slice(0, 2))).toEqual(new Set(['asks', 'a-name-that-is-as-long-…']));
  });

  test('counts the states, and what has no room', () => {
    const lines = draw([...tasks, ...tasks], 80, 10);
    expect(lines[0]).toMatch(/^holdfast · 2 running · 2 waiting-input · 2 backing-off · 2 succeeded +\^C leaves$/);
    expect(lines.at(-1)).toBe('… and 2 more');
  });

  test('has the agent where there is room, and tokens always', () => {
    const lineOf = (columns: number) => draw(tasks, columns, 24).find((line) => line.startsWith('works'));
    expect(lineOf(120)).toMatch(/codex +running .* 12\.3k /);
    expect(lineOf(80)).toMatch(/^works +running .* 12\.3k /);
  });

  test('says that it is an old one while the daemon is away', () => {
    expect(draw(tasks, 120, 24, 'the daemon is away')[0]).toContain('· the daemon is away');
  });
});
