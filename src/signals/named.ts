import type { Signal } from '../domain/signal.ts';

/** The agent's first event names the conversation that a resume will ask for. */
export const named: Signal = {
  name: 'named',
  because: "the agent's own event stream carries the id that its resume command takes",
  read: ({ attempt, progress }, task) =>
    progress.conversation !== undefined && task.conversation === undefined
      ? { type: 'named', attempt, conversation: progress.conversation }
      : undefined,
};
