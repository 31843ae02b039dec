import { median, slope } from '../numbers.js';

const MIB = 2 ** 20;
/** A daemon that was just born still grows into its work. */
const SETTLED_MS = 20_000;

/**
 * So much more a minute is a leak, in a life of so many seconds: in a shorter one the slope is that of the work, which
 * comes and goes, and of a heap that has not been cleared yet.
 */
const LIMITS = [
  { what: 'MB of memory', of: 'mbPerMinute', most: 2, seconds: 300 },
  { what: 'open files', of: 'fdsPerMinute', most: 5, seconds: 300 },
];

/** How the daemon grew: all its lives are looked at, the slope is that of the longest, by the least squares. */
export function growthOf(sizes) {
  const lives = livesOf(sizes);
  const settled = [...lives.values()].map((life) => life.filter(({ at }) => at - life[0].at >= SETTLED_MS));
  const span = (life) => (life.length > 1 ? life.at(-1).at - life[0].at : 0);
  const longest = settled.sort((a, b) => span(b) - span(a))[0] ?? [];
  const perMinute = (of) => (longest.length > 1 ? slope(longest.map((each) => [each.at / 60_000, of(each)])) : 0);
  return {
    lives: lives.size,
    rssMb: median(sizes.map(({ rss }) => rss)) / MIB,
    mostMb: Math.max(0, ...sizes.map(({ rss }) => rss)) / MIB,
    seconds: Math.round(span(longest) / 1000),
    mbPerMinute: perMinute(({ rss }) => rss / MIB),
    fdsPerMinute: perMinute(({ fds }) => fds),
  };
}

/** The looks at each daemon. */
function livesOf(sizes) {
  const lives = new Map();
  for (const size of sizes) {
    const life = lives.get(size.pid);
    if (life) life.push(size);
    else lives.set(size.pid, [size]);
  }
  return lives;
}

/** What the longest life was too short to tell, in words. */
export const untoldIn = (growth) =>
  LIMITS.filter(({ seconds }) => growth.seconds < seconds).map(({ what, seconds }) => `${what} (from ${seconds} s on)`);

/** What grows without end, in words; nothing where the longest life was too short to tell. */
export const grownIn = (growth) =>
  LIMITS.filter(({ of, most, seconds }) => growth.seconds >= seconds && growth[of] > most).map(
    ({ what, of, most }) => `${growth[of].toFixed(2)} ${what} more a minute over ${growth.seconds} s, ${most} may be`,
  );
