import type { Signal } from '../domain/signal.ts';

/** Several agents open a new conversation, with exit 0, when they do not find the one they were asked for. */
export const strayed: Signal = {
  name: 'strayed',
  because: 'the id in the events of this attempt differs from the id that was asked for',
  read: ({ attempt, progress }, { conversation }) =>
    progress.conversation !== undefined && conversation !== undefined && progress.conversation !== conversation
      ? { type: 'strayed', attempt, asked: conversation, got: progress.conversation }
      : undefined,
};
