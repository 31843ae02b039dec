import type { Agent } from '../domain/agent.ts';

/** Failures in the words of the model providers, after an HTTP status where there is one: for agents that pass them on. */
export const providerFailures = [
  {
    match: /context window|context[_ ]length|context size|maximum context|prompt is too long|input token count/i,
    kind: 'context-window',
  },
  { match: /usage limit/i, kind: 'usage-limit' },
  // Google has the same words for a full minute and for an empty account, but for this end
  { match: /(?:retry|try again) in \d/i, kind: 'rate-limit' },
  { match: /current quota|insufficient_quota|credit balance|out of credits|^402\b/i, kind: 'billing' },
  { match: /^429\b|rate.?limit|too many requests/i, kind: 'rate-limit' },
  { match: /^401\b|(?:incorrect|invalid) (?:x-)?api.?key|unauthorized/i, kind: 'auth' },
  { match: /model\b.{0,100}\b(?:does not exist|not found)/i, kind: 'model-not-found' },
  { match: /^5\d\d\b|overloaded|server had an error/i, kind: 'overloaded' },
  { match: /connect|socket|network|fetch failed|terminated|timed out|ECONN/i, kind: 'network' },
] as const satisfies Agent['failures'];
