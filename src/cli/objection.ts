import { plainLine } from '../domain/plain-text.ts';
import { type Entry, GLOBAL_FLAGS, listedIn } from './reference/table.ts';
import { suggest } from './suggest.ts';

/** Flags that take a text: unquoted, only its first word is theirs. */
const TEXTS = ['--prompt', '--resume-prompt', '--message'];

/** What yargs objects to, in one line that says which word it is and what would be right. */
export function objection(message: string, line: readonly string[], command: Entry | undefined): string {
  const said = plainLine(message)
    .replace(/^Not enough arguments following: (.+)$/, '--$1 needs a value')
    .replace(/^Invalid values: Argument: (\S+), Given: (.+), Choices: (.+)$/, '--$1 is $2: choose one of $3');
  const got = /^Not enough non-option arguments: got (\d+),/.exec(said)?.[1];
  if (got !== undefined && command) return tooFew(command, Number(got));
  const unknown = /^Unknown arguments?: (.+)$/.exec(said)?.[1];
  if (unknown !== undefined) return notUnderstood(unknown, line.map(plainLine), command);
  return `${said}; ${helpOf(command)}`;
}

function tooFew(command: Entry, got: number): string {
  const missing = command.positionals.filter(({ required }) => required).slice(got);
  const choices = missing.length === 1 ? missing.flatMap(({ describe }) => listedIn(describe)) : [];
  const places = missing.map(({ name, many }) => `<${name}${many ? '..' : ''}>`).join(' ');
  const what = choices.length > 0 ? `one of ${choices.join(', ')}` : places;
  const verb = verbOf(command);
  const [example = ''] = command.examples.find(([each]) => each.startsWith(`holdfast ${verb} `)) ?? [];
  return `${verb} needs ${what}${got > 0 ? ' too' : ''}, as in: ${example}`;
}

/** yargs names flags without their dashes, before plain words, and puts commas between all of them. */
function notUnderstood(named: string, line: readonly string[], command: Entry | undefined): string {
  const flags = [...(command?.flags ?? []), ...GLOBAL_FLAGS].map(({ name }) => name);
  const [first = ''] = named.split(', ');
  if (!flags.includes(first) && line.some((word) => gives(word, first))) return noFlag(first, flags, command);
  const word = line.findLast((each) => named === each || named.startsWith(`${each}, `)) ?? named;
  if (command === undefined) return `${JSON.stringify(word)} is no command; ${helpOf(command)}`;
  return `${JSON.stringify(word)} is one word too many: ${takes(command)}${unquoted(line, word)}`;
}

const gives = (word: string, flag: string): boolean =>
  word.replace(/=.*/s, '') === `--${flag}` || (flag.length === 1 && /^-\w/.test(word) && word.includes(flag));

function noFlag(name: string, flags: readonly string[], command: Entry | undefined): string {
  if (name.length === 1) return `there is no flag -${name}; ${helpOf(command)}`;
  const meant = suggest(name, flags);
  return `there is no flag --${name}; ${meant === undefined ? helpOf(command) : `did you mean --${meant}?`}`;
}

function takes({ usage }: Entry): string {
  const [verb = '', ...words] = usage.split(' ');
  if (words.length === 0) return `${verb} takes none`;
  return `${verb} takes ${words.length === 1 ? 'one ' : ''}${words.join(' ')}`;
}

function unquoted(line: readonly string[], word: string): string {
  const before = line.slice(0, line.lastIndexOf(word));
  const at = before.findLastIndex((each) => each.startsWith('-'));
  const flag = before[at] ?? '';
  return TEXTS.includes(flag) && at < before.length - 1 ? `; the text after ${flag} needs quotes: ${flag} "..."` : '';
}

const verbOf = ({ usage }: Entry): string => usage.replace(/ .*/, '');

const helpOf = (command: Entry | undefined): string => `see: holdfast ${command ? `${verbOf(command)} ` : ''}--help`;
