import type { Agent } from '../domain/agent.ts';

/** What the screen of codex's own program means; recorded with 0.169.0 on 2026-11-21. */
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
  { match: /^\S Reconnecting\.\.\. .*esc to interrupt\)/m, means: 'retrying' },
  { match: /^\S [^\n]*\([\dhms ]+ • esc to interrupt\)/m, means: 'working' },
  { match: /^› [\s\S]+\? for shortcuts[^\n]*$/m, means: 'idle' },
];
