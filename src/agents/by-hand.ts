import type { AgentEvent } from '../domain/event.ts';

/** In its own program a turn is interrupted by a person, who goes on by hand: no failure, and the turn stays open. */
export const byHand = (events: readonly AgentEvent[]): readonly AgentEvent[] =>
  events.map((event) =>
    event.type === 'turn-failed' && event.failure.kind === 'interrupted'
      ? { type: 'warned', message: event.failure.message }
      : event,
  );
