import type { Agent } from '../domain/agent.ts';

/** What the screen of opencode's own program means; recorded with 1.18.33 on 2026-11-21. */
export const opencodeScreens: Agent['screens'] = [
  { match: /Allow once +Allow always +Reject[^\n]*(?:\n +┃[^\n]*)?$/, means: 'asks' },
  // The countdown goes when the next try begins, whatever that gets.
  { match: /\[retrying in [^\n]*(?:\n[^\n]*)?$/, means: 'waits' },
  { match: / esc interrupt [^\n]*$/, means: 'working' },
  { match: / ctrl\+p commands(?: +• OpenCode \S+)?$/, means: 'idle' },
];
