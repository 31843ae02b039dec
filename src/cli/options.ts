import { usageError } from './errors.ts';

/** A flag with one value; `argument` is what the help calls that. */
export const text = (describe: string, argument?: string) =>
  ({ type: 'string', requiresArg: true, describe, argument, coerce: once }) as const;

/** A flag with a value that may be given several times. */
export const texts = (describe: string, argument?: string) =>
  ({ type: 'string', array: true, requiresArg: true, describe: `${describe}; may be repeated`, argument }) as const;

/** A flag that is there or not. */
export const toggle = (describe: string) => ({ type: 'boolean', default: false, describe }) as const;

/** The task that a command is about. */
export const taskWord = {
  type: 'string',
  demandOption: true,
  describe: 'name, id, session or unique prefix',
} as const;

/** One of the words that a flag takes. */
export function parseChoice<C extends string>(word: string, choices: readonly C[], flag: string): C {
  const choice = choices.find((each) => each === word);
  if (choice) return choice;
  throw usageError(`${flag} is ${JSON.stringify(word)}: choose one of ${choices.join(', ')}`);
}

/** yargs collects what is given twice into a list, whatever the type says. */
function once(value: string | readonly string[]): string {
  if (typeof value === 'string') return value;
  throw usageError(
    `a flag that takes one value was given several: ${value.map((each) => JSON.stringify(each)).join(', ')}`,
  );
}
