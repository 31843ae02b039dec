/** @param {readonly number[]} values @param {number} share 0 to 1 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5);

/** The slope of the straight line through `[x, y]` that has the least squares. @param {readonly (readonly [number, number])[]} points */
export function slope(points) {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread;
}

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
