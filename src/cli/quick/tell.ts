import { beside } from '../beside.ts';
import type { Surroundings } from '../context.ts';
import { type Written, written } from '../reference/commands.ts';
import { answerOrLeave } from './answer-or-leave.ts';

/** Answers any wish for help, from the table that the build has written. */
export async function tell(
  line: readonly string[],
  around: Surroundings,
  table: () => Written,
): Promise<number | undefined> {
  const run = await beside(line, written(table));
  return run && (await answerOrLeave(run, around, false));
}
