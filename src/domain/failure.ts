import type { Agent } from './agent.ts';
import type { Failure, FailureKind } from './event.ts';

/** The kind of a failure by an agent's own table: the first row that matches the message wins. */
export const classify = (failures: Agent['failures'], message: string): FailureKind =>
  failures.find(({ match }) => match.test(message))?.kind ?? 'unknown';

/** A failure in the agent's own words, with its kind by the agent's own table. */
export const failureIn = (failures: Agent['failures'], message: string): Failure => ({
  kind: classify(failures, message),
  message,
});
