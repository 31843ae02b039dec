/** What is known of the attempt that ended, for the words that its successor is given. */
export interface Interruption {
  readonly why: string;
  /** The tool call that was open, with its command or file. */
  readonly tool?: string;
}

/** What an agent is told at a resume; the task itself is in its conversation. `{why}` and `{tool}` are filled in. */
export const CONTINUE = `You were interrupted before you had finished: {why}.{tool} Continue the task of this conversation from where you left off.
Look at the present state of the files before you repeat a step: your last one may have been done.
`;

/** The line that an agent is sent which hangs at a prompt of its own. */
export const POKE =
  'Nothing has been heard of you for long. If you wait for something, say for what; else go on with the task.';

/** The prompt of a resume. */
export const continuation = (template: string, { why, tool }: Interruption): string =>
  template
    .replaceAll('{why}', why.trim().replace(/[.\s]+$/, ''))
    .replaceAll('{tool}', tool === undefined ? '' : ` This was under way: ${tool}.`);
