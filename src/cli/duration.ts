import { usageError } from './errors.ts';

const PARTS = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;
const LONGEST_MS = 366 * 86_400_000;

/** Reads a duration such as `5h`, `1h30m` or `500ms` into milliseconds. `flag` names the place for the sentence of refusal. */
export function parseDuration(text: string, flag: string): number {
  const [, ...counts] = PARTS.exec(text) ?? [];
  const ms = UNITS.reduce((sum, [, unit], index) => sum + Number(counts[index] ?? 0) * unit, 0);
  if (counts.every((count) => count === undefined)) {
    throw usageError(`${flag} is ${JSON.stringify(text)}: write a duration with its unit, such as 10s, 90m or 1h30m`);
  }
  if (ms > LONGEST_MS) throw usageError(`${flag} is ${text}: 366d is the longest`);
  return ms;
}

/** Writes a duration in its two largest units, such as `2h05m`; `parseDuration` reads it back. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  const largest = UNITS.findIndex(([, unit]) => ms >= unit);
  const [name, unit] = UNITS[largest] ?? ['s', 1_000];
  const [lesser, lesserUnit] = UNITS[largest + 1] ?? [];
  const count = Math.floor(ms / unit);
  const rest = lesserUnit && lesser !== 'ms' && largest >= 0 ? Math.floor((ms - count * unit) / lesserUnit) : 0;
  return rest === 0 ? `${count}${name}` : `${count}${name}${String(rest).padStart(2, '0')}${lesser}`;
}

/** The time between two moments for a person, whole seconds. */
export const formatAge = (fromMs: number, toMs: number): string =>
  formatDuration(Math.floor(Math.max(0, toMs - fromMs) / 1_000) * 1_000);
