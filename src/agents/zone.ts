const DAY = 86_400_000;

/**
 * The moment (epoch ms) at which the clocks of a zone show `wall`, which is written as if it were UTC; NaN where no zone of this
 * name is known here. Where clocks are set, the offset of the hour itself counts, not that of some hours before or after. An
 * hour that comes twice is meant the second time: too early a try at a limit costs an attempt, an hour more costs an hour.
 */
export function momentIn(zone: string, wall: number): number {
  const offsets = [wall - DAY, wall + DAY].map((at) => offsetOf(zone, at));
  const moments = offsets.map((offset) => wall - offset);
  const shown = moments.filter((moment) => moment + offsetOf(zone, moment) === wall);
  return Math.max(...(shown.length > 0 ? shown : moments)); // an hour that is left out: as much later
}

/** What the clocks of a zone show more than UTC at a moment, ms. */
export function offsetOf(zone: string, at: number): number {
  try {
    const shown = new Date(at).toLocaleString('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    const [, sign, hours = '0', minutes = '0'] = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(shown) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  } catch {
    return Number.NaN; // RangeError: no such zone
  }
}
