import type { Agent } from '../domain/agent.ts';

/** What the screen of codex's own program means; recorded with 0.169.0 on 2026-11-21 and 2026-11-27. */
export const codexScreens: Agent['screens'] = [
  { match: /usage limit[\s\S]+enter select · esc back$/, means: 'limited' },
  { match: /Sign in with ChatGPT[\s\S]+Press enter to continue$/, means: 'logged-out' },
  {
    match:
      /(?:enter to confirm or esc to cancel(?: or o to open thread)?|enter confirm · esc skip|enter continue · esc back)$/,
    means: 'asks',
  },
  {
    match: /(?:enter\/esc confirm · \^c quit|enter select · esc back|enter resume +\^a archive[^\n]*\n[^\n]*)$/,
    means: 'asks',
  },
  {
    match: /^\S Reconnecting\.\.\. waiting for network .*esc to interrupt\)(?![\s\S]*esc to interrupt)/m,
    means: 'waits',
  },
  // The row stays when it asks again, perhaps a model that says nothing: without the limit below it, it is no sign of a wait.
  { match: /^\S .*reconnecting\b.*esc to interrupt\)\n +└ .*\b429\b(?![\s\S]*esc to interrupt)/im, means: 'waits' },
  { match: /^\S (?:Reconnecting\.\.\.|Server is busy, reconnecting) .*esc to interrupt\)/m, means: 'retrying' },
  { match: /^\S [^\n]*\([\dhms ]+ • esc to interrupt\)/m, means: 'working' },
  { match: /^› [\s\S]+\? for shortcuts[^\n]*$/m, means: 'idle' },
];
