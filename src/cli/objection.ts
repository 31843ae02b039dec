import { plainLine } from '../domain/plain-text.ts';
import { type Entry, listedIn } from './reference/table.ts';

/** What yargs objects to, in one line that says what would be right. */
export function objection(message: string, command: Entry | undefined): string {
  const said = plainLine(message)
    .replace(/^Not enough arguments following: (.+)$/, '--$1 needs a value')
    .replace(/^Unknown arguments?: /, 'unknown: ')
    .replace(/^Invalid values: Argument: (\S+), Given: (.+), Choices: (.+)$/, '--$1 is $2: choose one of $3');
  if (command === undefined) return `${said}; see: holdfast --help`;
  const got = /^Not enough non-option arguments: got (\d+),/.exec(said)?.[1];
  if (got !== undefined) return tooFew(command, Number(got));
  return `${said}; see: holdfast ${verbOf(command)} --help`;
}

function tooFew(command: Entry, got: number): string {
  const missing = command.positionals.filter(({ required }) => required).slice(got);
  const choices = missing.length === 1 ? missing.flatMap(({ describe }) => listedIn(describe)) : [];
  const places = missing.map(({ name, many }) => `<${name}${many ? '..' : ''}>`).join(' ');
  const what = choices.length > 0 ? `one of ${choices.join(', ')}` : places;
  const verb = verbOf(command);
  const [example = ''] = command.examples.find(([line]) => line.startsWith(`holdfast ${verb} `)) ?? [];
  return `${verb} needs ${what}${got > 0 ? ' too' : ''}, as in: ${example}`;
}

const verbOf = ({ usage }: Entry): string => usage.replace(/ .*/, '');
