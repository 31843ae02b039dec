import type { State } from '../../domain/task.ts';

/** What each state means to a person. */
export const states: Readonly<Record<State, string>> = {
  pending: 'accepted; waits for a free place',
  starting: 'the agent is being started',
  running: 'the agent is at work',
  'waiting-input': 'the agent asks something: holdfast attach, answer or send',
  stalled: 'nothing has come from the agent for a while; it is looked at more often',
  'rate-limited': 'the provider said when to come back; resumed then, without costing an attempt',
  'backing-off': 'the agent died; resumed when the wait is over',
  resuming: 'the same conversation is being taken up again',
  stopping: 'the agent and all it started are being ended',
  lost: 'what became of the agent is being found out',
  succeeded: 'over: exit 0, the record of it, and the final event of the agent',
  failed: 'over: another try would change nothing; the remedy is in the summary',
  'gave-up': 'over: budget, attempts or short lives in a row are spent; holdfast retry begins anew',
  cancelled: 'over: a person stopped it; holdfast retry goes on in the same conversation',
};
