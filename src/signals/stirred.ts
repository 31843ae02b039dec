import type { Health } from '../domain/health.ts';
import type { Signal } from '../domain/signal.ts';

/**
 * Whatever an agent writes after it was called silent, or after its question, is a sign of life; so is a tool that runs. A key in
 * the session answers a question too, and of that claude 2.1.197 tells nothing until the tool that was granted has ended: there
 * two looks in a row at its screen tell that it works.
 */
export const stirred: Signal = {
  name: 'stirred',
  because:
    "the agent's own events grew after the state began, a tool of it runs, or its screen works on where it showed a question",
  read: ({ attempt, lastSignAt, clockSetAt, progress, health }, { phase, since }) => {
    const wrote = lastSignAt !== undefined && lastSignAt > since && lastSignAt !== clockSetAt; // then it was only dated anew
    if (phase.state === 'waiting-input')
      return (wrote && progress.waitsFor?.type !== 'answer') || worksOn(health)
        ? { type: 'stirred', attempt }
        : undefined;
    const works = wrote || (health?.tree.tools ?? 0) > 0;
    return phase.state === 'stalled' && works ? { type: 'stirred', attempt } : undefined;
  },
};

const worksOn = (health: Health | undefined): boolean =>
  health?.screen?.means === 'working' && health.screen.looks >= 2;
