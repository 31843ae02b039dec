/** What is known of the attempt that ended, for the words that its successor is given. */
export interface Interruption {
  readonly why: string;
  /** Its last tool call, with its command or file; `open` where it had not ended. */
  readonly tool?: { readonly text: string; readonly open: boolean };
  /** What git says of the files that were changed since the task began. */
  readonly changed?: string;
}

/** What an agent is told at a resume; the task itself is in its conversation. `{why}`, `{tool}` and `{changed}` are filled in. */
export const CONTINUE = `You were interrupted before you had finished: {why}.{tool} Continue the task of this conversation from where you left off.
Look at the present state of the files before you repeat a step: your last one may have been done.{changed}
`;

const MOST_LINES = 30;

/** The line that an agent is sent which hangs at a prompt of its own. */
export const POKE =
  'Nothing has been heard of you for long. If you wait for something, say for what; else go on with the task.';

/** The prompt of a resume. */
export const continuation = (template: string, { why, tool, changed }: Interruption): string =>
  filled(template, {
    why: why.trim().replace(/[.\s]+$/, ''),
    tool: tool ? ` ${tool.open ? 'This was under way' : 'Your last tool call was'}: ${tool.text}.` : '',
    changed: changed ? `\nChanged since the task began, as git has it:\n${cut(changed)}` : '',
  });

/** What is filled in may hold braces of its own. */
const filled = (template: string, words: Readonly<Record<'why' | 'tool' | 'changed', string>>): string =>
  template.replace(/\{(why|tool|changed)\}/g, (_, name: keyof typeof words) => words[name]);

function cut(text: string): string {
  const lines = text.trimEnd().split('\n');
  return lines.length <= MOST_LINES ? lines.join('\n') : [...lines.slice(0, MOST_LINES), ' …'].join('\n');
}
