import { momentIn, offsetOf } from './zone.ts';

const RESETS = /resets (?:([A-Z][a-z]{2}) (\d{1,2}),? (?:at )?)?(\d{1,2})(?::(\d{2}))? ?([ap]m) \(([\w/+-]+)\)/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = 86_400_000;

/**
 * The moment (epoch ms) in `resets 1:18am (UTC)` or `resets Nov 23, 7:52am (Europe/Berlin)`: its own program tells it in no
 * other way (2.1.197). Of the days, or years, that it leaves open the nearest is meant: what has just passed has come.
 */
export function claudeResetIn(message: string, at: number): number | undefined {
  const [, month, day, hour, minute, half, zone = 'UTC'] = RESETS.exec(message) ?? [];
  if (hour === undefined) return undefined;
  const now = new Date(at + offsetOf(zone, at));
  if (Number.isNaN(now.getTime())) return undefined; // no zone that is known here
  const index = month === undefined ? now.getUTCMonth() : MONTHS.indexOf(month);
  if (index === -1) return undefined;
  const clock = [(Number(hour) % 12) + (half === 'pm' ? 12 : 0), Number(minute ?? 0)] as const;
  const candidates = [-1, 0, 1].map((step) =>
    month === undefined
      ? Date.UTC(now.getUTCFullYear(), index, now.getUTCDate(), ...clock) + step * DAY
      : Date.UTC(now.getUTCFullYear() + step, index, Number(day), ...clock),
  );
  const moments = candidates.map((wall) => momentIn(zone, wall));
  return moments.sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0];
}
