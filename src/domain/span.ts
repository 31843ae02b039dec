const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** A span of time for people, in its two largest units: `40s`, `18m`, `2h05m`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const largest = UNITS.findIndex(([, size]) => seconds >= size);
  const [unit, size] = UNITS[largest] ?? ['s', 1];
  const [lesser, lesserSize] = UNITS[largest + 1] ?? [];
  const count = Math.floor(seconds / size);
  const rest = largest >= 0 && lesserSize !== undefined ? Math.floor((seconds % size) / lesserSize) : 0;
  return rest === 0 ? `${count}${unit}` : `${count}${unit}${String(rest).padStart(2, '0')}${lesser}`;
}
