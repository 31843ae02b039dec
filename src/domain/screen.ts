/**
 * What a screen can show. Only `asks`, and `logged-out` before the first turn, ever lead to a happening of their own; the rest is
 * for `explain`, and for who is about to type. `waits` is a retry that waits on purpose, for the time that its provider named or for the network, and so is no hang.
 */
export type ScreenMeaning = 'working' | 'retrying' | 'waits' | 'idle' | 'asks' | 'limited' | 'logged-out';

/** How one state of an agent's program looks: a pattern for the live bottom of its screen. */
export interface ScreenRule {
  readonly match: RegExp;
  readonly means: ScreenMeaning;
}

/** What a screen was read as, and the rows that it was read from. */
export interface ScreenReading {
  readonly means: ScreenMeaning;
  readonly rows: string;
}

/** What lies above is the past, or words of the agent: a limit that was over an hour ago, a question that it quotes. */
const LIVE_ROWS = 9;

/** Reads the live bottom of a screen, its last rows that are not empty. A screen that no rule knows says nothing. */
export function readScreen(rules: readonly ScreenRule[], screen: string): ScreenReading | undefined {
  const bottom = screen
    .split('\n')
    .map((row) => row.trimEnd())
    .filter((row) => row !== '')
    .slice(-LIVE_ROWS)
    .join('\n');
  const rule = rules.find(({ match }) => match.test(bottom));
  return rule && { means: rule.means, rows: bottom };
}
