import type { Agent } from '../domain/agent.ts';

/** How a failure reads in codex's own messages and on its standard error. */
export const codexFailures = [
  { match: /no rollout found for (?:thread|conversation) id/, kind: 'conversation-not-found' },
  { match: /already has an active writer/, kind: 'conversation-busy' },
  {
    match: /^error: (?:unexpected argument|invalid value|unrecognized subcommand|a value is required)/m,
    kind: 'bad-flag',
  },
  { match: /usage limit/i, kind: 'usage-limit' }, // "You’ve hit your usage limit", with U+2019
  { match: /quota exceeded|out of credits/i, kind: 'billing' },
  { match: /ran out of room in the model's context window/, kind: 'context-window' },
  { match: /model .{1,100} (?:does not exist|is not supported)/, kind: 'model-not-found' },
  { match: /401 Unauthorized|Missing environment variable|Not logged in|sign in again/i, kind: 'auth' },
  { match: /429 Too Many Requests/, kind: 'rate-limit' },
  { match: /experiencing high demand|at capacity|unexpected status 5\d\d/, kind: 'overloaded' },
  { match: /stream disconnected|error sending request|Connection failed|timed out/i, kind: 'network' },
] as const satisfies Agent['failures'];
