import { topics } from '../topics/index.ts';
import { type Entry, type Flag, GLOBAL_FLAGS } from './table.ts';

const WRITTEN = '<!-- Written by "npm run docs" from the code: edit that. -->';

/** The reference of the commands, from the same table as help, man page and completion. */
export const commandsPage = (entries: readonly Entry[]): string =>
  [
    WRITTEN,
    '',
    '# Commands',
    '',
    'Data goes to stdout, talk to stderr; `--json` prints one document with `"schema": 1` (a line each where it follows).',
    '',
    '| flag of every command | |',
    '|---|---|',
    ...GLOBAL_FLAGS.map(flag),
    '',
    ...entries.flatMap(section),
    ...Object.entries(topics).flatMap(([name, { title, rows }]) => [
      `## ${name.charAt(0).toUpperCase()}${name.slice(1).replace('-', ' ')}`,
      '',
      title,
      '',
      '| | |',
      '|---|---|',
      ...rows.map(([word, says]) => `| \`${word}\` | ${cell(says)} |`),
      '',
    ]),
  ].join('\n');

/** What the page of the settings is made from. */
interface SettingRow {
  readonly key: string;
  readonly byDefault: unknown;
  readonly description: string;
  readonly variable?: string;
}

/** The reference of the settings, from their schema. */
export const settingsPage = (settings: readonly SettingRow[]): string =>
  [
    WRITTEN,
    '',
    '# Settings',
    '',
    'They lie in `~/.config/holdfast/config.json`. `holdfast config set KEY VALUE` writes them, `holdfast config edit` opens',
    'them, `holdfast config list --origin` shows which count and who gave them; a running daemon takes a change over at once,',
    'and keeps the last good ones when the file is bad. `holdfast config schema` is for editors: save it, and name the file',
    'in `"$schema"`.',
    '',
    'A flag counts over the project, the project (`.holdfast.json`, for `resume.*` and `silence.*`; of attempts, budget and waits',
    'it may ask for less only; it may make `answers.mode` stricter and add to `answers.deny`) over the environment, that over the',
    'file, and the file over the default. `tmux.*`, `environment.*` and `notify.*` are read when the daemon starts.',
    '',
    '| setting | default | what it is | variable |',
    '|---|---|---|---|',
    ...settings.map(({ key, byDefault, description, variable }) => {
      const value = byDefault === undefined ? '' : `\`${JSON.stringify(byDefault)}\``;
      return `| \`${key}\` | ${value} | ${cell(description)} | ${variable ? `\`${variable}\`` : 'file only'} |`;
    }),
    '',
  ].join('\n');

const section = ({ usage, aliases, describe, positionals, flags, examples, epilogue }: Entry): readonly string[] => {
  const rows = [
    ...positionals
      .filter((each) => each.describe)
      .map(({ name, describe: about }) => `| \`${name}\` | ${cell(about)} |`),
    ...flags.map(flag),
  ];
  return [
    `## holdfast ${usage}`,
    '',
    `${describe.charAt(0).toUpperCase()}${describe.slice(1)}.${aliases.length > 0 ? ` Also \`${aliases.join('`, `')}\`.` : ''}`,
    ...(epilogue ? ['', epilogue] : []),
    '',
    ...(rows.length > 0 ? ['| | |', '|---|---|', ...rows, ''] : []),
    ...(examples.length > 0
      ? [
          '<!-- not run: each is an example by itself -->',
          '```sh',
          ...examples.map(([line, about]) => (about ? `${line}   # ${about}` : line)),
          '```',
          '',
        ]
      : []),
  ];
};

const flag = ({ name, letter, describe, takesValue, byDefault }: Flag): string =>
  `| ${letter ? `\`-${letter}\`, ` : ''}\`--${name}${takesValue ? ' VALUE' : ''}\` | ${cell(describe)}${byDefault === undefined ? '' : ` [\`${byDefault}\`]`} |`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
