/** @param {readonly number[]} values @param {number} share 0 to 1 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5);

/** Milliseconds, or whatever it is, as a person reads them. @param {number} value */
export const short = (value) => (value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1));

/** Epoch milliseconds with their fraction, on the clock that `Date.now()` cuts to whole ones. */
export function preciseClock() {
  const tick = Date.now();
  let now = Date.now();
  while (now === tick) now = Date.now(); // at most 1 ms: the edge shows how far the two clocks are apart
  const offset = now - performance.now();
  return () => performance.now() + offset;
}
