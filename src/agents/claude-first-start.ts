import type { TerminalOrder } from '../domain/agent.ts';
import { fields, items } from './json.ts';

// What claude's own program asks before it does anything, and print mode never asks. Measured with 2.1.197 on 2026-11-27: in a
// home where nobody has used it a theme, the key in the environment or a login, and security notes, after a look at Anthropic's
// servers without which it exits 1, whatever ANTHROPIC_BASE_URL says; in any home a key that it does not know.

/** Its own notes; the first that there is counts. */
export const claudeNotes = (env: Readonly<Record<string, string | undefined>>): readonly string[] => [
  `${env.CLAUDE_CONFIG_DIR || `${env.HOME ?? ''}/.claude`}/.config.json`,
  `${env.CLAUDE_CONFIG_DIR || (env.HOME ?? '')}/.claude.json`,
];

/** What prevents all of that. */
interface Unasked {
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Of a key it notes as much. */
const KEY_CHARACTERS = 20;

/**
 * With IS_DEMO it asks none of that, and takes nothing for answered: a key that nobody has approved it leaves alone, unless the
 * settings name a command that prints one. But it takes the `env` of the project's settings for nothing, and the commands that it
 * runs see the variable. So only where it would ask. Whoever is logged in chooses between login and key, for one of them pays.
 */
export function unasked({ env, notes }: Pick<TerminalOrder, 'env' | 'notes'>): Unasked {
  if (env === undefined) return { env: {}, settings: {} };
  const { hasCompletedOnboarding, oauthAccount, customApiKeyResponses } = fields(notes);
  const { approved, rejected } = fields(customApiKeyResponses);
  const key = env.ANTHROPIC_API_KEY?.slice(-KEY_CHARACTERS);
  const isNew = Boolean(key) && ![...items(approved), ...items(rejected)].includes(key);
  const takesKey = isNew && oauthAccount === undefined;
  return {
    env: hasCompletedOnboarding !== true || takesKey ? { IS_DEMO: '1' } : {},
    settings: takesKey ? { apiKeyHelper: 'printenv ANTHROPIC_API_KEY' } : {},
  };
}
