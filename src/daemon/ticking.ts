/** The only timer: each tick begins so long after the end of the last. */
export function ticking(
  everyMs: () => number,
  work: () => Promise<void>,
  ended: () => void,
  failed: (error: unknown) => void,
): () => void {
  let timer: NodeJS.Timeout;
  const next = () => {
    ended();
    timer = setTimeout(() => void work().catch(failed).finally(next), everyMs());
  };
  next();
  return () => clearTimeout(timer);
}

/** Waits for this, but not for longer: it goes on by itself. */
export async function awhile(work: Promise<unknown>, mostMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise((resolve) => {
    timer = setTimeout(resolve, mostMs);
  });
  await Promise.race([work, enough]).finally(() => clearTimeout(timer));
}
