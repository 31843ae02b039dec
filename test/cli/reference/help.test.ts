import { describe, expect, test } from 'vitest';
import { helpOf, overview } from '../../../src/cli/reference/help.ts';
import { pages } from '../../../src/cli/reference/pages.ts';
import type { Entry } from '../../../src/cli/reference/table.ts';

const fly: Entry = {
  usage: 'fly <task> [to]',
  aliases: ['f'],
  describe: 'let it fly',
  positionals: [
    { name: 'task', describe: 'a name', required: true, many: false },
    { name: 'to', describe: '', required: false, many: false },
  ],
  flags: [
    { name: 'high', letter: 'H', describe: 'above the clouds, where nothing is in the way', takesValue: false },
    { name: 'speed', describe: 'of it', takesValue: true, byDefault: 'slow' },
    { name: 'by', describe: 'whom', takesValue: true, argument: 'NAME' },
    { name: 'from', describe: 'of the sky', takesValue: true, argument: 'SIDE', group: 'Wind' },
  ],
  examples: [
    ['holdfast fly fix --high', 'over it'],
    ['holdfast fly fix-everything-there-is --speed as-fast-as-ever-it-can', 'quick'],
  ],
  epilogue: 'Exit code: 0.',
};

test('the help of a command has its arguments, flags and examples in columns, and breaks lines between words', () => {
  expect(helpOf(fly, 54)).toBe(`holdfast fly <task> [to]

Let it fly.

Arguments:
  task  a name

Flags:
  -H, --high             above the clouds, where
                         nothing is in the way
      --speed VALUE      of it [slow]
      --by NAME          whom
      --json             print JSON
      --color WHEN       auto, always, never
      --no-start-daemon  do not start a missing daemon
  -h, --help             help for the command

Wind:
      --from SIDE  of the sky

Examples:
  holdfast fly fix --high  over it
  holdfast fly fix-everything-there-is --speed as-fast-as-ever-it-can
      quick

Exit code: 0.
`);
});

test('the overview names other words for a command', () => {
  expect(overview([fly], 80)).toContain('  holdfast fly <task> [to]  let it fly [also f]\n');
});

describe('on a terminal of 80 columns no line is longer', () => {
  test('of any help', async () => {
    const { table } = await pages('1.2.3');
    const entries = Object.values(table);
    const all = [overview(entries, 80), ...entries.map((entry) => helpOf(entry, 80))].join('');
    const long = all.split('\n').filter((line) => line.length > 80 && !line.startsWith('  holdfast '));
    expect(long).toEqual([]); // an example is for copying, and is not broken
  });
});
