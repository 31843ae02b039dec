import { describe, expect, test } from 'vitest';
import { makeOutput, type OutputOptions } from '../../src/cli/output.ts';

function capture(options: Partial<OutputOptions> & { isTTY?: boolean; columns?: number } = {}) {
  const { isTTY = false, columns, ...rest } = options;
  const out: string[] = [];
  const err: string[] = [];
  const output = makeOutput({
    stdout: { isTTY, columns, write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env: {},
    json: false,
    color: 'auto',
    ...rest,
  });
  return { output, out, err };
}

describe('colour', () => {
  test.each<[boolean, string, Parameters<typeof capture>[0]]>([
    [true, 'on a terminal', { isTTY: true }],
    [false, 'in a file', {}],
    [false, 'with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }],
    [true, 'with an empty NO_COLOR', { isTTY: true, env: { NO_COLOR: '' } }],
    [false, 'on a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }],
    [true, 'in a file with --color always', { color: 'always' }],
    [true, 'with --color always against NO_COLOR', { color: 'always', env: { NO_COLOR: '1' } }],
    [false, 'on a terminal with --color never', { isTTY: true, color: 'never' }],
  ])('is %s %s', (color, _, options) => {
    const { output } = capture(options);
    expect(output.color).toBe(color);
    expect(output.paint('red', 'x')).toBe(color ? '\u001b[31mx\u001b[0m' : 'x');
  });
});

test('data goes to stdout and talk to stderr', () => {
  const { output, out, err } = capture();
  output.print('data');
  output.say('two\n  lines');
  expect([out, err]).toEqual([['data\n'], ['holdfast: two lines\n']]);
});

test('a document carries its schema, and no character that a terminal acts on', () => {
  const { output, out } = capture();
  const text = 'é \u001b[2J \u009b2J \u202e \u007f';
  output.document({ text });
  expect(out.join('')).toMatch(/^[\n -~é]*$/);
  expect(JSON.parse(out.join(''))).toEqual({ schema: 1, text });
});

test('a width is known on a terminal only', () => {
  expect(capture({ isTTY: true, columns: 80 }).output.width).toBe(80);
  expect(capture({ columns: 80 }).output).not.toHaveProperty('width');
  expect(capture({ isTTY: true, columns: 0 }).output.width).toBe(80);
});
