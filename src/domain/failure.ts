import type { Agent, FailureRule } from './agent.ts';
import type { Failure, FailureKind } from './event.ts';

/** The kind of a failure by an agent's own table: the first row that matches the message wins. */
export const classify = (failures: Agent['failures'], message: string): FailureKind =>
  ruleFor(failures, message)?.kind ?? 'unknown';

/** The row of an agent's table that a message fits. */
export const ruleFor = (failures: Agent['failures'], message: string): FailureRule | undefined =>
  failures.find(({ match }) => match.test(message));

/** A failure in the agent's own words, with its kind by the agent's own table. */
export const failureIn = (failures: Agent['failures'], message: string): Failure => ({
  kind: classify(failures, message),
  message,
});

/** What is done about a failure. */
export type Remedy =
  | 'await-reset' // wait until the time that the agent reports; where it reports none: `resume`
  | 'resume' // with the back-off
  | 'resume-unless-same' // the same words three times in a row are a loop, and end it
  | 'fail'; // at once: nothing changes by trying again

/** One policy for each kind of failure. An outage ends; what is wrong with a conversation comes back with every resume. */
export const REMEDIES: Readonly<Record<FailureKind, Remedy>> = {
  'usage-limit': 'await-reset',
  'rate-limit': 'resume',
  overloaded: 'resume',
  network: 'resume',
  auth: 'fail',
  billing: 'fail',
  'context-window': 'resume-unless-same',
  'model-not-found': 'fail',
  'bad-flag': 'fail',
  'conversation-not-found': 'resume-unless-same',
  'conversation-busy': 'resume',
  interrupted: 'resume',
  unknown: 'resume-unless-same',
};
