import { plausibleConversation } from '../domain/agent.ts';
import type { AgentEvent } from '../domain/event.ts';

/** A UUID of any version. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The event that names the conversation; none where the id is not one that this agent would resume. */
export const named = (conversations: RegExp, id: unknown): readonly AgentEvent[] =>
  typeof id === 'string' && plausibleConversation({ conversations }, id) ? [{ type: 'conversation', id }] : [];
