import type { Agent } from '../domain/agent.ts';

/** How failures read in claude's results and on its standard error, whichever way it is run. */
export const claudeFailures = [
  { match: /No conversation found with session ID/, kind: 'conversation-not-found' },
  { match: /Session ID \S+ is already in use/, kind: 'conversation-busy' },
  { match: /unknown option|cannot be used with root|sandbox required but unavailable/, kind: 'bad-flag' },
  { match: /Not logged in|Invalid API key|OAuth token|run \/login|API Error: 401/, kind: 'auth' },
  { match: /Credit balance is too low|monthly spend limit/, kind: 'billing' },
  { match: /You.(?:ve (?:hit|reached) your|re out of)|usage limit/, kind: 'usage-limit' },
  { match: /Prompt is too long|exceed context limit/i, kind: 'context-window' },
  { match: /issue with the selected model/, kind: 'model-not-found' },
  { match: /Request rejected \(429\)|rate.?limit/, kind: 'rate-limit' },
  { match: /API Error: 5\d\d|overloaded/i, kind: 'overloaded' },
  { match: /Unable to connect|Connection .{0,40}lost|timed out|ECONN/i, kind: 'network' },
] as const satisfies Agent['failures'];
