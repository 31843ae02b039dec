import type { Signal } from '../domain/signal.ts';

/** The agent says itself that it waits for an answer, be it the next before anybody saw that the last was answered. */
export const asking: Signal = {
  name: 'asking',
  because: "the last thing in the agent's own events is its question",
  read: ({ attempt, progress: { waitsFor } }, { phase }) => {
    if (waitsFor?.type !== 'answer') return undefined;
    const { call: _, beside: __, ...question } = waitsFor;
    const { state } = phase;
    const isNew =
      state === 'running' || state === 'stalled' || (state === 'waiting-input' && phase.nth !== question.nth);
    return isNew ? { ...question, type: 'asked', attempt } : undefined;
  },
};
