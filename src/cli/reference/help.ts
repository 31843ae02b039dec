import { textWidth } from '../table.ts';
import { argumentOf, type Entry, type Flag, GLOBAL_FLAGS } from './table.ts';

const INDENT = '  ';
/** On a terminal narrower than that a description still gets this much of a line. */
const LEAST = 24;

type Row = readonly [word: string, says: string];

/** What `holdfast --help` says: every command in a line. */
export const overview = (entries: readonly Entry[], width: number): string =>
  [
    'holdfast <command>',
    '',
    'Keeps coding agents at work on long tasks, whatever dies around them.',
    '',
    ...part('Commands', entries.map(commandRow), width),
    ...part('Flags of every command', GLOBAL_FLAGS.map(flagRow), width),
    'Help for one command: holdfast <command> --help',
    'More: holdfast help exit-codes, states, environment, files',
    '',
  ].join('\n');

/** What `holdfast COMMAND --help` says. */
export const helpOf = ({ usage, describe, positionals, flags, examples, epilogue }: Entry, width: number): string => {
  const described = positionals.filter((each) => each.describe !== '');
  const groups = [...new Set(flags.flatMap(({ group = [] }) => group))];
  return [
    `holdfast ${usage}`,
    '',
    ...wrapped(`${describe.charAt(0).toUpperCase()}${describe.slice(1)}.`, width),
    '',
    ...part(
      'Arguments',
      described.map(({ name, describe: says }) => [name, says]),
      width,
    ),
    ...part('Flags', [...flags.filter(({ group }) => !group), ...GLOBAL_FLAGS].map(flagRow), width),
    ...groups.flatMap((each) => part(each, flags.filter(({ group }) => group === each).map(flagRow), width)),
    ...part(
      'Examples',
      examples.map(([line, says]) => [line, says]),
      width,
    ),
    ...(epilogue === '' ? [] : [...wrapped(epilogue, width), '']),
  ].join('\n');
};

const commandRow = ({ usage, aliases, describe }: Entry): Row => [
  `holdfast ${usage}`,
  aliases.length > 0 ? `${describe} [also ${aliases.join(', ')}]` : describe,
];

const flagRow = ({ name, letter, describe, byDefault, ...value }: Flag): Row => [
  `${letter ? `-${letter}, ` : INDENT.repeat(2)}--${name}${argumentOf(value)}`,
  `${describe}${byDefault === undefined ? '' : ` [${byDefault}]`}`,
];

/** A title and its rows, the descriptions under one another; a word that leaves no room for its own has it below. */
function part(title: string, rows: readonly Row[], width: number): readonly string[] {
  if (rows.length === 0) return [];
  const widest = Math.max(0, width - LEAST - 2 * INDENT.length);
  const fitting = rows.map(([word]) => textWidth(word)).filter((each) => each <= widest);
  const left = Math.max(0, ...fitting);
  const lines = rows.flatMap(([word, says]) => {
    const [first = '', ...more] = wrapped(says, Math.max(LEAST, width - left - 2 * INDENT.length));
    const below = more.map((line) => `${INDENT}${' '.repeat(left)}${INDENT}${line}`);
    const room = left - textWidth(word);
    return room >= 0
      ? [`${INDENT}${word}${' '.repeat(room)}${INDENT}${first}`.trimEnd(), ...below]
      : [
          `${INDENT}${word}`,
          ...(says === '' ? [] : wrapped(says, width - 6).map((line) => `${INDENT.repeat(3)}${line}`)),
        ];
  });
  return [`${title}:`, ...lines, ''];
}

/** Lines of whole words. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
