/** A place in the order of everything that was ever written down: the daemon's generation, and a number within it. */
export interface Place {
  readonly epoch: number;
  readonly order: number;
}

/** One order for the journals of all tasks. A process is one generation, so the numbers begin with it. */
let last = 0;
const open = new Set<number>();

/** Gives the next number to what is being written; readers do not go past it before that has ended. */
export async function inOrder<T>(work: (order: number) => Promise<T>): Promise<T> {
  last += 1;
  const mine = last;
  open.add(mine);
  try {
    return await work(mine);
  } finally {
    open.delete(mine);
  }
}

/** The first place that may still be empty: everything before it is on disk. */
export const settled = (epoch: number): Place => ({ epoch, order: open.size === 0 ? last + 1 : Math.min(...open) });
