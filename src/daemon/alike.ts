/** Gives back the value that was first given among all that say the same: ten thousand tasks have a handful of policies. */
export function alike(): <T>(value: T) => T {
  const known = new Map<string, unknown>();
  return <T>(value: T): T => {
    const text = JSON.stringify(value);
    const first = known.get(text);
    if (first !== undefined) return first as T; // it says the same, so it is of the same shape
    known.set(text, value);
    return value;
  };
}
