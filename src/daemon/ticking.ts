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
