/** More different ones than these are not worth the search. */
const MOST_KNOWN = 100;

/** Gives back the value that was first given among all that say the same: ten thousand tasks have a handful of policies. */
export function alike(): <T>(value: T) => T {
  const known: unknown[] = [];
  return <T>(value: T): T => {
    const first = known.find((other) => same(other, value));
    if (first !== undefined) return first as T; // it says the same, so it is of the same shape
    if (known.length < MOST_KNOWN) known.push(value);
    return value;
  };
}

/** Of JSON alone. No text is made of it: that took a tenth of a second for ten thousand (Node 20). */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => same(a[key], b[key]));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
