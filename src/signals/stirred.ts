import type { Signal } from '../domain/signal.ts';

/** Whatever an agent writes after it was called silent, or after its question, is a sign of life; so is a tool that runs. */
export const stirred: Signal = {
  name: 'stirred',
  because: "the agent's own events grew after the state began, or a tool of it runs",
  read: ({ attempt, lastSignAt, clockSetAt, progress, health }, { phase, since }) => {
    const wrote = lastSignAt !== undefined && lastSignAt > since && lastSignAt !== clockSetAt; // then it was only dated anew
    if (phase.state === 'waiting-input')
      return wrote && progress.waitsFor?.type !== 'answer' ? { type: 'stirred', attempt } : undefined;
    const works = wrote || (health?.tree.tools ?? 0) > 0;
    return phase.state === 'stalled' && works ? { type: 'stirred', attempt } : undefined;
  },
};
