import type { Signal } from '../domain/signal.ts';

/**
 * Codex 0.169 and pi 0.73 wait for a login for ever, and tell of it nowhere else. Of what only a screen shows this alone ends a
 * task: nothing was begun that could be lost, and nothing that could be quoted.
 */
export const loggedOut: Signal = {
  name: 'loggedOut',
  because:
    'two looks in a row found that it asks for a login at the live bottom of its screen, no turn was ever begun, and nobody sits before it',
  read: ({ at, attempt, progress, health, attended }, { phase }, { agent }) => {
    const { screen, tree, lookedAt } = health ?? {};
    if (lookedAt !== at) return undefined; // somebody may have logged in since, and gone
    if ((phase.state !== 'running' && phase.state !== 'stalled') || attended) return undefined;
    if (screen?.means !== 'logged-out' || screen.looks < 2 || (tree?.tools ?? 0) > 0) return undefined;
    if (progress.turn !== 'none' || progress.waitsFor) return undefined;
    return { type: 'loggedOut', attempt, why: `its screen asks for a login (log in again: ${agent.login})` };
  },
};
