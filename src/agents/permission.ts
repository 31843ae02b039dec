import type { AgentEvent } from '../domain/event.ts';

/** As much of it as a person reads in one line. */
const MOST = 300;

/** Asks a person or the rules whether it may. `what` is all that a yes would grant; the question says where it shows less of it. */
export const permissionFor = (
  { tool, what }: { readonly tool: string; readonly what: string },
  { does = `use ${tool}`, why = '' } = {},
): Extract<AgentEvent, { type: 'asked' }> => ({
  type: 'asked',
  question: `may it ${does}? ${shortened(what)}${why}`,
  choices: ['yes', 'no'],
  approval: { tool, what, grant: 'yes', refuse: 'no' },
});

/** Its arguments, whole: of a tool that nobody here knows, each may be the one that counts. */
export const whole = (input: unknown): string => JSON.stringify(input) ?? '';

/** In one line, in which a second command does not look like a word of the first. */
function shortened(what: string): string {
  const line = what
    .trim()
    .replace(/\s*[\n\r]\s*/g, ' ⏎ ')
    .replace(/\s+/g, ' ');
  return line.length > MOST
    ? `${line.slice(0, MOST)}… (and ${line.length - MOST} characters more, in its session)`
    : line;
}
