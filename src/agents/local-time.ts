const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DATED = /\b([a-z]{3})[a-z]* (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}),? (\d{1,2}):(\d{2}) ?([ap]m)\b/i;
const DAY_MS = 86_400_000;
/** Less than five minutes short of it. */
const ALMOST_A_DAY_MS = DAY_MS - 300_000;
const CLOCK = /\b(\d{1,2}):(\d{2}) ?([ap]m)\b/i;

/**
 * The moment (epoch ms) that a text names in local time, `1:11 AM` of this day or `Nov 21st, 2026 12:30 AM`. A clock
 * without a date means this day: a time that has passed has come, and is never taken for tomorrow's, also where the day has just
 * ended since it was said.
 */
export function localTimeIn(text: string, at: number): number | undefined {
  const dated = DATED.exec(text);
  if (dated) {
    const [, month = '', day, year, hour, minute, half] = dated;
    const index = MONTHS.indexOf(month.toLowerCase());
    if (index === -1) return undefined;
    return new Date(Number(year), index, Number(day), hours(hour, half), Number(minute)).getTime();
  }
  const clock = CLOCK.exec(text);
  if (!clock) return undefined;
  const [, hour, minute, half] = clock;
  const moment = new Date(at).setHours(hours(hour, half), Number(minute), 0, 0);
  return moment - at > ALMOST_A_DAY_MS
    ? new Date(at - DAY_MS).setHours(hours(hour, half), Number(minute), 0, 0)
    : moment;
}

const hours = (hour: string | undefined, half: string | undefined): number =>
  (Number(hour) % 12) + (half?.toLowerCase() === 'pm' ? 12 : 0);
