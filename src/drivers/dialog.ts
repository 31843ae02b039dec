import type { Approval } from '../domain/event.ts';

/**
 * Does a screen show the row of this question, and the row of no other? Of several questions that are open at once programs show
 * one, and claude 2.1.197 runs its hooks side by side: the one that was told first need not be the one that is shown. A question
 * whose row nobody knows may be any; one of which this row is a part may be wrapped.
 */
export function showsOnly(screen: string, row: string | undefined, others: readonly (string | undefined)[]): boolean {
  if (row === undefined) return false;
  const rows = new Set(screen.split('\n').map(bare));
  const isHidden = (other: string) => !rows.has(other) && !other.includes(row);
  return rows.has(row) && others.every((other) => other === row || (other !== undefined && isHidden(other)));
}

/** The rows of other questions. One that is that of this question too, though they are not about the same, tells nothing. */
export const rowsOf = (
  row: (approval: Approval) => string | undefined,
  one: Approval,
  others: readonly (Approval | undefined)[],
): readonly (string | undefined)[] =>
  others.map((other) => (other && (other.what === one.what || row(other) !== row(one)) ? row(other) : undefined));

/** What stands below the last heading, of a program that has one over each dialog. */
export const dialogOf = (screen: string, heading: RegExp | undefined): string =>
  heading === undefined ? screen : (screen.split(heading).slice(1).at(-1) ?? '');

/** Without the frame. */
const bare = (row: string): string => row.replace(/^[\s│┃]+|[\s│┃]+$/g, '');
