/**
 * Does a screen show the row of this question, and the row of no other? Of several questions that are open at once programs show
 * one, and claude 2.1.197 runs its hooks side by side: the one that was told first need not be the one that is shown. A question
 * whose row nobody knows may be any.
 */
export function showsOnly(screen: string, row: string | undefined, others: readonly (string | undefined)[]): boolean {
  if (row === undefined) return false;
  const rows = new Set(screen.split('\n').map(bare));
  return rows.has(row) && others.every((other) => other === row || (other !== undefined && !rows.has(other)));
}

/** Without the frame. */
const bare = (row: string): string => row.replace(/^[\s│┃]+|[\s│┃]+$/g, '');
