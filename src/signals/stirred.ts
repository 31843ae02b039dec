import type { Health } from '../domain/health.ts';
import type { Progress } from '../domain/progress.ts';
import type { Signal } from '../domain/signal.ts';

/**
 * Whatever an agent writes after it was called silent, or after its question, is a sign of life; so is a tool that runs. A key in
 * the session answers a question too, and of that claude 2.1.197 tells nothing until the tool that was granted has ended: there
 * two looks in a row at its screen tell that it works; or, where only a helper asked after the turn, that it sits at its prompt.
 */
export const stirred: Signal = {
  name: 'stirred',
  because:
    "the agent's own events grew after the state began, a tool of it runs, or its screen goes on where it showed a question",
  read: ({ attempt, lastSignAt, clockSetAt, progress, health }, { phase, since }) => {
    const wrote = lastSignAt !== undefined && lastSignAt > since && lastSignAt !== clockSetAt; // then it was only dated anew
    if (phase.state === 'waiting-input')
      return (wrote && progress.waitsFor?.type !== 'answer') || goesOn(health, progress)
        ? { type: 'stirred', attempt }
        : undefined;
    const works = wrote || (health?.tree.tools ?? 0) > 0;
    return phase.state === 'stalled' && works ? { type: 'stirred', attempt } : undefined;
  },
};

function goesOn(health: Health | undefined, { turn }: Progress): boolean {
  const { means, looks } = health?.screen ?? { looks: 0 };
  return looks >= 2 && (means === 'working' || (means === 'idle' && turn === 'ended'));
}
