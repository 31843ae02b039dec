/** Work that takes turns: at most so many pieces at once, the others wait in their order; those of a lower `rank` come first. */
export interface Turns {
  <T>(work: () => Promise<T>, rank?: number): Promise<T>;
  /** So many pieces wait for their turn. */
  readonly waiting: () => number;
  /** What waits is never begun, and its promise never settles: for a caller who has gone. */
  readonly forget: () => void;
}

/** Makes turns for so many at once. */
export function takeTurns(atOnce: number): Turns {
  const queue: { readonly begin: () => void; readonly rank: number }[] = [];
  let working = 0;
  const lineUp = (begin: () => void, rank: number): void => {
    const behind = queue.findLastIndex((other) => other.rank <= rank);
    queue.splice(behind + 1, 0, { begin, rank });
  };
  const turns = async <T>(work: () => Promise<T>, rank = 0): Promise<T> => {
    if (working < atOnce) working++;
    else await new Promise<void>((begin) => lineUp(begin, rank));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      // it takes over our place: nobody who comes now can slip in between
      if (next) next.begin();
      else working--;
    }
  };
  return Object.assign(turns, { waiting: () => queue.length, forget: () => void queue.splice(0) });
}

/** What was found serves everybody who asks within `ms`. */
export function sharedFor<T>(ms: number, find: () => T, now: () => number): () => T {
  let last: { readonly at: number; readonly found: T } | undefined;
  return () => {
    if (!last || now() - last.at >= ms) last = { at: now(), found: find() };
    return last.found;
  };
}
