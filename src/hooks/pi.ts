// Inside of pi (`-e`): tells the attempt what pi's own JSON mode would tell, and gives pi its prompt without anybody typing.
import { appendFileSync, readFileSync } from 'node:fs';

/** The little of pi's extension API that is needed here, as of 0.73. */
interface Pi {
  readonly on: (name: string, handler: (event: PiEvent, context: PiContext) => void) => void;
  readonly sendUserMessage: (text: string) => void;
}
interface PiEvent {
  readonly reason?: string;
}
interface PiContext {
  readonly sessionManager: { readonly getSessionId: () => string };
}

const TOLD = ['agent_start', 'message_end', 'tool_execution_start', 'tool_execution_end'];

/** The extension. Outside of an attempt it does nothing. */
export default function extension(pi: Pi): void {
  const { HOLDFAST_EVENTS: events, HOLDFAST_PROMPT: prompt } = process.env;
  if (!events || !prompt) return;
  const tell = (event: object): void => appendFileSync(events, `${JSON.stringify(event)}\n`);
  for (const name of TOLD) pi.on(name, tell);
  pi.on('session_start', ({ reason }, { sessionManager }) => {
    if (reason !== 'startup') return; // a person who opens another session goes on by hand
    tell({ type: 'session', id: sessionManager.getSessionId() });
    pi.sendUserMessage(readFileSync(prompt, 'utf8'));
  });
}
