import type { Signal } from '../domain/signal.ts';

/** The agent says itself that it waits for an answer. */
export const asking: Signal = {
  name: 'asking',
  because: "the last thing in the agent's own events is its question",
  read: ({ attempt, progress: { waitsFor } }, { phase }) =>
    waitsFor?.type === 'answer' && (phase.state === 'running' || phase.state === 'stalled')
      ? { type: 'asked', attempt, question: waitsFor.question, choices: waitsFor.choices }
      : undefined,
};
