import type { AgentEvent } from './event.ts';
import { narrate, type Style } from './narrate.ts';

/** Narrates the events of one attempt in their order: what has been told of a call or of the conversation is not repeated. */
export function narrator(style: Style): (event: AgentEvent) => readonly string[] {
  const told = new Set<string>();
  let conversation: string | undefined;
  return (event) => {
    if (event.type === 'conversation') {
      if (event.id === conversation) return []; // opencode names it at each step
      conversation = event.id;
    }
    if (event.type === 'tool-started') told.add(event.call);
    const repeats = event.type === 'tool-ended' && told.delete(event.call);
    return narrate(repeats ? { ...event, what: '' } : event, style);
  };
}
