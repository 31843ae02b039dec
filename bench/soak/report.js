import { writeFileSync } from 'node:fs';
import { median, quantile, short, slope } from '../numbers.js';

const MIB = 2 ** 20;
/** A daemon that was just born still grows into its work. */
const SETTLED_MS = 20_000;

/** Prints the numbers, and writes them down where that was asked for. */
export async function tell(found, { kills, options }) {
  const print = (line) => process.stdout.write(`${line}\n`);
  const total = [...kills.values()].reduce((sum, count) => sum + count, 0);
  print(`seed ${options.seed}: ${total} blows to ${options.tasks} tasks in ${options.minutes} minutes`);
  list(kills, print);
  print(`${found.attempts} attempts, ${found.resumes} resumes. Why:`);
  list(found.causes, print);
  print(`kill of an agent or runner until it is in the journal: ${times(found.known)}`);
  print(`from there until the next process: ${times(found.resumed)}`);
  const growth = growthOf(found.sizes);
  print(
    `daemon: ${growth.lives} lives, memory median ${growth.rssMb.toFixed(1)} MB, most ${growth.mostMb.toFixed(1)} MB; the longest life (${growth.seconds} s): ${growth.mbPerMinute.toFixed(2)} MB and ${growth.fdsPerMinute.toFixed(2)} open files more a minute`,
  );
  if (found.megabytes !== undefined) print(`disk: ${found.megabytes.toFixed(0)} MB of state at the end`);
  const faults = {
    lost: found.lost,
    doubled: found.doubled,
    wrong: found.wrong,
    forgotten: found.forgotten,
    harness: found.harness,
  };
  print(
    `lost ${found.lost.length}, doubled ${found.doubled.length}, wrong verdicts ${found.wrong.length}, forgotten notices ${found.forgotten.length} of ${found.notices} (${found.looks} looks at all processes)`,
  );
  for (const [what, lines] of Object.entries(faults)) for (const line of lines) print(`  ${what}: ${line}`);
  if (options.json === undefined) return;
  const { sizes: _, causes, known, resumed, ...rest } = found;
  const numbers = { ...rest, options, kills: Object.fromEntries(kills), causes: Object.fromEntries(causes), growth };
  const ms = { known: percentiles(known), resumed: percentiles(resumed) };
  writeFileSync(options.json, `${JSON.stringify({ ...numbers, ms }, undefined, 2)}\n`);
}

function list(counts, print) {
  for (const [what, count] of [...counts].sort(([, a], [, b]) => b - a))
    print(`  ${String(count).padStart(5)}  ${what}`);
}

const percentiles = (values) => ({ count: values.length, p50: quantile(values, 0.5), p99: quantile(values, 0.99) });

const times = (values) =>
  `p50 ${short(quantile(values, 0.5))} ms, p99 ${short(quantile(values, 0.99))} ms (${values.length} times)`;

/** How the daemon grew: all its lives are looked at, the slope is that of the longest, by the least squares. */
function growthOf(sizes) {
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
