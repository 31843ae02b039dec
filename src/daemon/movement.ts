/** Work of many at once, of which it is known whether any comes to its end. */
export interface Movement {
  <T>(work: () => Promise<T>): Promise<T>;
  /** For so long something has been at work and nothing has ended; 0 where nothing is at work. */
  readonly stillMs: () => number;
}

/** Watches what is done through it. */
export function movement(now = () => performance.now()): Movement {
  let atWork = 0;
  let movedAt = 0;
  const watch = async <T>(work: () => Promise<T>): Promise<T> => {
    if (atWork === 0) movedAt = now();
    atWork += 1;
    try {
      return await work();
    } finally {
      atWork -= 1;
      movedAt = now();
    }
  };
  return Object.assign(watch, { stillMs: () => (atWork === 0 ? 0 : now() - movedAt) });
}
