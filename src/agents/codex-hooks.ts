import { createHash } from 'node:crypto';

// Codex runs a hook only after a person has reviewed it, and asks at every start until then; --dangerously-bypass-hook-trust would
// let those of the repository run too. What was reviewed it keeps as a hash in its settings, which `-c` can give as well. The
// hash was found by its own `hooks/list`: over compact JSON with sorted keys (0.169.0, 2026-11-27).

/** One hook: codex's name for the event, in the two ways that it writes it, and what is run. */
export interface CodexHook {
  readonly event: string;
  readonly key: string;
  /** A line of shell. */
  readonly command: string;
  readonly matcher?: string;
  /** How many tokens of what it prints the model gets; without it, a few thousand. */
  readonly contextLimit?: number;
}

const TIMEOUT_SECONDS = 600;

/** A TOML string: JSON's, but for one character that only TOML wants escaped. */
export const toml = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f');

/** Settings with which codex runs exactly these hooks, beside the operator's own, and asks nobody about them. */
export function trustedHooks(hooks: readonly CodexHook[]): readonly string[] {
  const events = [...new Set(hooks.map(({ event }) => event))].map((event) =>
    hooks.filter((hook) => hook.event === event),
  );
  const trusted = events.flatMap((of) =>
    of.map((hook, nth) => `"/<session-flags>/config.toml:${hook.key}:${nth}:0"={trusted_hash="${hashOf(hook)}"}`),
  );
  const run = events.map((of) => `hooks.${of[0]?.event}=[${of.map(settingOf).join(',')}]`);
  return [...run, `hooks.state={${trusted.join(',')}}`];
}

function settingOf({ command, matcher, contextLimit }: CodexHook): string {
  const limit = contextLimit === undefined ? '' : `,additionalContextLimit=${contextLimit}`;
  const matching = matcher === undefined ? '' : `,matcher=${toml(matcher)}`;
  return `{hooks=[{type="command",command=${toml(command)},timeout=${TIMEOUT_SECONDS}${limit}}]${matching}}`;
}

function hashOf({ key, command, matcher, contextLimit }: CodexHook): string {
  const run = {
    ...(contextLimit === undefined ? {} : { additionalContextLimit: contextLimit }),
    async: false,
    command,
    timeout: TIMEOUT_SECONDS,
    type: 'command',
  };
  const reviewed = { event_name: key, hooks: [run], ...(matcher === undefined ? {} : { matcher }) };
  return `sha256:${createHash('sha256').update(JSON.stringify(reviewed)).digest('hex')}`;
}
