/** Who hears of a task in an OpenClaw conversation: the person by the message itself, the agent by being woken, or both. */
export const DELIVERIES = ['both', 'agent', 'raw'] as const;
export type Deliver = (typeof DELIVERIES)[number];

/** The conversation that a task came from; found when the task starts, kept with it. */
export interface Route {
  /** Without one there is no agent to wake. */
  readonly sessionKey?: string;
  readonly channel: string;
  readonly to: string;
  readonly threadId?: string;
  readonly accountId?: string;
  /** The message that the person's first notice answers. */
  readonly replyTo?: string;
  readonly deliver: Deliver;
}

/** Two routes with the same place reach the same person and agent, in the same way. */
export const placeOf = ({ replyTo: _, ...route }: Route): string =>
  JSON.stringify(Object.entries(route).sort(([a], [b]) => (a < b ? -1 : 1)));
