/** How many requests of one connection are begun in a stretch of time. */
export interface Rate {
  readonly most: number;
  readonly everyMs: number;
}

/**
 * Counts the requests of one connection. Each call is the next request, and says how many milliseconds that has to wait:
 * none while the present stretch has room, else until its end. A stretch begins with its first request.
 */
export function requestRate({ most, everyMs }: Rate, now: () => number): () => number {
  let beganAt = Number.NEGATIVE_INFINITY;
  let begun = 0;
  return () => {
    const at = now();
    const isOver = at - beganAt >= everyMs;
    if (isOver || begun === most) {
      beganAt = isOver ? at : beganAt + everyMs;
      begun = 0;
    }
    begun++;
    return Math.max(0, Math.ceil(beganAt - at));
  };
}
