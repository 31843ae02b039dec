import { topics } from '../topics/index.ts';
import { argumentOf, type Entry, type Flag, GLOBAL_FLAGS } from './table.ts';

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
    'and keeps the last good ones when the file is bad.',
    '',
    'An editor completes and checks them by the JSON Schema [settings.schema.json](settings.schema.json), which is in the package',
    '(`$(npm root -g)/holdfast/docs/`) and is what `holdfast config schema` prints. Put it beside the settings and name it there:',
    '',
    '```sh',
    'holdfast config schema >~/.config/holdfast/settings.schema.json',
    '```',
    '',
    '```json',
    '{ "$schema": "./settings.schema.json", "maxConcurrent": 8 }',
    '```',
    '',
    'A flag counts over the environment (`HOLDFAST_*`, that of the daemon), the environment over the project, the project over the',
    'file, and the file over the default. A project (`.holdfast.json`) may say `resume.*` and `silence.*`, of attempts, budget and',
    'waits for less only, and it may make `answers.mode` stricter and add to `answers.deny`: what can only ask for less counts over',
    'the environment too.',
    '',
    '`config list` asks the running daemon, and says where one that is started from your shell would use something else. `tmux.*`',
    'and `environment.*` are read when the daemon starts; where they have changed since, `daemon reload`, `daemon status` and',
    '`doctor` say so until `holdfast daemon restart`.',
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
          '<!-- run: each by itself -->',
          '```sh',
          ...examples.map(([line, about]) => (about ? `${line}   # ${about}` : line)),
          '```',
          '',
        ]
      : []),
  ];
};

const flag = ({ name, letter, describe, byDefault, ...value }: Flag): string =>
  `| ${letter ? `\`-${letter}\`, ` : ''}\`--${name}${argumentOf(value)}\` | ${cell(describe)}${byDefault === undefined ? '' : ` [\`${byDefault}\`]`} |`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
