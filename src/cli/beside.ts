import { EXIT } from '../protocol/exit-codes.ts';
import { aliases } from './aliases.ts';
import type { Run } from './command.ts';
import type { Context } from './context.ts';
import { type Commands, everyEntry } from './reference/commands.ts';

/** No line of help is longer, however wide the terminal is. */
const WIDEST = 100;

/** What is no command: the question of a shell's completion, help, and the topics of the help. */
export async function beside(line: readonly string[], commands: Commands): Promise<Run | undefined> {
  if (line[0] === '__complete') {
    const { complete } = await import('./completion/complete.ts');
    return (context) => complete(line.slice(1), commands, context);
  }
  const wish = helpWish(line, commands);
  if (wish === undefined) return undefined;
  const text = await helpText(wish, commands);
  return text && printed(text);
}

/** All commands in a line each. */
export async function allCommands(commands: Commands): Promise<(width: number) => string> {
  const { overview } = await import('./reference/help.ts');
  const entries = await everyEntry(commands);
  return (width) => overview(entries, width);
}

/** How wide help may be. */
export const helpWidth = ({ stdout }: Pick<Context, 'stdout'>): number => Math.min(stdout.columns ?? WIDEST, WIDEST);

/** What a line wants to be told of, an empty word for all; nothing where it wants something else. */
function helpWish(line: readonly string[], commands: Commands): string | undefined {
  const end = line.indexOf('--');
  const words = end < 0 ? line : line.slice(0, end);
  const [first = '', second = ''] = words;
  if (first === 'help') return second.startsWith('-') ? '' : second;
  if (!words.some((word) => word === '--help' || word === '-h')) return undefined;
  const { names } = commands; // only now: to know them costs reading the table
  const known = words.find((word) => names.includes(aliases.get(word) ?? word));
  return known ?? (first.startsWith('-') ? '' : undefined);
}

async function helpText(wish: string, commands: Commands): Promise<((width: number) => string) | undefined> {
  if (wish === '') return await allCommands(commands);
  const entry = await commands.entry(aliases.get(wish) ?? wish);
  if (entry) {
    const { helpOf } = await import('./reference/help.ts');
    return (width) => helpOf(entry, width);
  }
  const { topicText } = await import('./topics/index.ts');
  const text = topicText(wish);
  return text === undefined ? undefined : () => text;
}

const printed =
  (text: (width: number) => string): Run =>
  async (context) => {
    context.output.print(text(helpWidth(context)));
    return EXIT.ok;
  };
