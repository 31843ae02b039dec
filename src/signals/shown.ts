import type { Signal } from '../domain/signal.ts';

const MOST_CHARACTERS = 300;

/**
 * A dialog that no hook tells of: trust, a login, an offer of the vendor. A screen can be quoted, be late, or be drawn
 * otherwise by the next version, so it is the last of all witnesses, and one look is none.
 */
export const shown: Signal = {
  name: 'shown',
  because: 'two looks in a row found a question at the live bottom of its screen, and nothing else speaks against it',
  read: ({ attempt, progress, health }, { phase }) => {
    const { screen, tree } = health ?? {};
    if (phase.state !== 'running' && phase.state !== 'stalled') return undefined;
    if (screen?.means !== 'asks' || screen.looks < 2 || (tree?.tools ?? 0) > 0) return undefined;
    if (progress.waitsFor || progress.turn === 'ended' || progress.turn === 'failed') return undefined;
    return { type: 'asked', attempt, question: `on its screen: ${inOneLine(screen.rows)}`, choices: [] };
  },
};

/** Without frames and rules. */
const inOneLine = (rows: string): string =>
  rows
    .replace(/[\u2500-\u259f]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MOST_CHARACTERS);
