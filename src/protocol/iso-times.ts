/**
 * A copy in which every time is ISO 8601, as documents for programs have it: inside, a number whose name ends in "At" is
 * epoch ms. A time beyond what a calendar knows, which an agent may say, is left out.
 */
export const isoTimes = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => (isTime(name, part) ? iso(name, part) : [[name, inner(part)]])),
  );

function inner(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(inner);
  return typeof part === 'object' && part !== null ? isoTimes(part) : part;
}

const isTime = (name: string, part: unknown): part is number => typeof part === 'number' && name.endsWith('At');

function iso(name: string, time: number): [string, string][] {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? [] : [[name, date.toISOString()]];
}
