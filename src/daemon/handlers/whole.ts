import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Held } from '../held.ts';
import { JournalError } from '../journal.ts';

/** The journal of an ended task is not read at each start: an agent must not begin to live on one that the next would set aside. */
export async function mustBeWhole({ spec: { name }, journal, dir }: Held): Promise<void> {
  try {
    await journal.entries();
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    throw new Refusal(
      EXIT.error,
      `${name} cannot go on, its journal in ${dir} is damaged (${error.message}): start it anew, and forget this one with: holdfast prune ${name}`,
    );
  }
}
