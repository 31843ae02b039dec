/** One thing at a time for each, in the order in which they came; of different ones, all at once. */
export function eachInTurn<Each extends object>() {
  const last = new WeakMap<Each, Promise<unknown>>();
  return async <T>(of: Each, work: () => Promise<T>): Promise<T> => {
    const turn = (last.get(of) ?? Promise.resolve()).then(work);
    last.set(
      of,
      turn.catch(() => undefined), // its own caller hears of it; the next in line has its own fate
    );
    return await turn;
  };
}
