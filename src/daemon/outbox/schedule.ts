import type { Notice } from '../../domain/notice.ts';
import { isUrgent } from '../../domain/notifier.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FIRST_MS = 5000;

/** The wait after the `tries`-th failure: 5 s, 10 s, 20 s … up to `capMs`, and up to a fifth longer, by `chance` in [0, 1). */
export const waitAfter = (tries: number, capMs: number, chance: number): number =>
  Math.round(Math.min(capMs, FIRST_MS * 2 ** Math.min(tries - 1, 20)) * (1 + chance / 5));

/** So long is it worth the trouble: the end, or a question, for a day; what lies between for some hours. */
export const expiryOf = (notice: Notice): number => notice.at + (isUrgent(notice) ? 24 * HOUR : 12 * HOUR);

/** The end of the quiet hours that the time lies in, such as `22:00-07:00` on the clock of this machine; nothing outside of them. */
export function quietUntil(hours: string | undefined, at: number): number | undefined {
  const [, fromHour, fromMinute, toHour, toMinute] = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(hours ?? '') ?? [];
  if (toMinute === undefined) return undefined;
  const on = (days: number, hour: unknown, minute: unknown): number => {
    const day = new Date(at);
    day.setDate(day.getDate() + days);
    return day.setHours(Number(hour), Number(minute), 0, 0);
  };
  for (const days of [-1, 0]) {
    const from = on(days, fromHour, fromMinute);
    const sameDay = on(days, toHour, toMinute);
    const to = sameDay > from ? sameDay : on(days + 1, toHour, toMinute);
    if (at >= from && at < to) return to;
  }
  return undefined;
}
