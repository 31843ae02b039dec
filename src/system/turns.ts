import { setImmediate as turn } from 'node:timers/promises';

/** A queue: runs a limited number of pieces of work at once; the others wait in their order, a lower `rank` first. */
export interface Turns {
  <T>(work: () => Promise<T>, rank?: number): Promise<T>;
  /** Counts the pieces that wait for their turn. */
  readonly waiting: () => number;
  /** Drops what waits: it is never begun, and its promise never settles. For a caller who has gone. */
  readonly forget: () => void;
}

/** Makes a queue that runs `atOnce` pieces at once. */
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

/** Shares one finding: `find` is called once, and what it found serves everybody who asks within `ms`. */
export function sharedFor<T>(ms: number, find: () => T, now: () => number): () => T {
  let last: { readonly at: number; readonly found: T } | undefined;
  return () => {
    if (!last || now() - last.at >= ms) last = { at: now(), found: find() };
    return last.found;
  };
}

/**
 * Shares one finding among all who ask in one turn of the event loop, or while an earlier one is made: it begins after the
 * last of them has asked, so that each gets what is true after the question.
 */
export function sharedByTurn<T>(find: () => Promise<T>): () => Promise<T> {
  let next: Promise<T> | undefined;
  let made: Promise<unknown> = Promise.resolve();
  const begin = async (): Promise<T> => {
    await made.catch(() => undefined); // told to those who asked for it
    await turn();
    next = undefined;
    return await find();
  };
  return () => {
    next ??= begin();
    made = next;
    return next;
  };
}
