import { aliases } from '../aliases.ts';
import { type Command, understood } from '../command.ts';
import { explain } from '../commands/explain.ts';
import { list } from '../commands/list.ts';
import { show } from '../commands/show.ts';
import type { Surroundings } from '../context.ts';
import { answerOrLeave } from './answer-or-leave.ts';

/** What persons and scripts ask for again and again, and what changes nothing. */
export const near: Readonly<Record<string, Command>> = { list, show, explain };

/** Answers a plain look at the tasks, or with nothing where the line is anything else. */
export async function look(
  [verb = '', ...words]: readonly string[],
  around: Surroundings,
): Promise<number | undefined> {
  const name = aliases.get(verb) ?? verb;
  const command = Object.hasOwn(near, name) ? near[name] : undefined;
  const found = command && understood(command, words);
  return found && (await answerOrLeave(found.run, around, found.json));
}
