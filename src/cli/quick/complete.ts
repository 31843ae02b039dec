import { complete as find } from '../completion/complete.ts';
import type { Surroundings } from '../context.ts';
import { type Written, written } from '../reference/commands.ts';
import { answerOrLeave } from './answer-or-leave.ts';

/** Answers the question of a shell's completion, from the table that the build has written. */
export const complete = (
  [, ...words]: readonly string[],
  around: Surroundings,
  table: () => Written,
): Promise<number | undefined> => answerOrLeave((context) => find(words, written(table), context), around, false);
