import { topics } from '../topics/index.ts';
import { type Entry, type Flag, GLOBAL_FLAGS } from './table.ts';

/** The man page, from the same table as help and completion. */
export function manPage(entries: readonly Entry[], version: string): string {
  return [
    `.TH HOLDFAST 1 "" "holdfast ${plain(version)}" "User Commands"`,
    '.SH NAME',
    'holdfast \\- keep coding agents at work on long tasks, whatever dies around them',
    '.SH SYNOPSIS',
    '.B holdfast',
    '.I command',
    '[\\fIarguments\\fR] [\\fIflags\\fR]',
    '.SH DESCRIPTION',
    plain(
      'A daemon gives each task a tmux session of its own, watches it, and when the agent dies runs the resume command of the agent, so that the same conversation goes on. It is started by the first command that needs it, or by systemd or launchd (holdfast service install).',
    ),
    '.SH COMMANDS',
    ...entries.flatMap(command),
    '.SH FLAGS OF EVERY COMMAND',
    ...GLOBAL_FLAGS.flatMap(flag),
    ...Object.entries(topics).flatMap(([name, { title, rows }]) => [
      `.SH ${name.replace('-', ' ').toUpperCase()}`,
      plain(title),
      ...rows.flatMap(([word, says]) => ['.TP', `.B ${plain(word)}`, plain(says)]),
    ]),
    '.SH SEE ALSO',
    '.BR tmux (1),',
    '.BR systemd.service (5)',
    '',
  ].join('\n');
}

const command = ({ usage, describe, flags, examples, epilogue, positionals }: Entry): readonly string[] => [
  `.SS ${plain(`holdfast ${usage}`)}`,
  `${plain(capital(describe))}.`,
  ...(epilogue ? [plain(epilogue)] : []),
  ...positionals.flatMap(({ name, describe: about }) => (about ? ['.TP', `.I ${plain(name)}`, plain(about)] : [])),
  ...flags.flatMap(flag),
  ...(examples.length > 0
    ? ['.PP', '.nf', ...examples.map(([line, about]) => plain(about ? `${line}    # ${about}` : line)), '.fi']
    : []),
];

const flag = ({ name, letter, describe, takesValue, argument = 'VALUE', byDefault }: Flag): readonly string[] => [
  '.TP',
  `.B ${letter ? `${plain(`-${letter}`)}, ` : ''}${plain(`--${name}`)}${takesValue ? ` \\fI${plain(argument)}\\fR` : ''}`,
  plain(`${describe}${byDefault === undefined ? '' : ` [${byDefault}]`}`),
];

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** roff takes a dot or a quote at the beginning of a line, every backslash, and a hyphen for its own. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/^([.'])/, '\\&$1');
