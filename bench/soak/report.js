import { writeFileSync } from 'node:fs';
import { quantile, short } from '../numbers.js';
import { untoldIn } from './growth.js';

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
  const { growth } = found;
  print(
    `daemon: ${growth.lives} lives, memory median ${growth.rssMb.toFixed(1)} MB, most ${growth.mostMb.toFixed(1)} MB; the longest life (${growth.seconds} s): ${growth.mbPerMinute.toFixed(2)} MB and ${growth.fdsPerMinute.toFixed(2)} open files more a minute`,
  );
  const untold = untoldIn(growth);
  if (untold.length > 0) print(`daemon: no life was long enough to judge the growth of ${untold.join(' and ')}`);
  print(`daemon: ${held(found.holdings.before)} before the first task, ${held(found.holdings.after)} after the last`);
  if (found.megabytes !== undefined) print(`disk: ${found.megabytes.toFixed(0)} MB of state at the end`);
  const faults = {
    lost: found.lost,
    doubled: found.doubled,
    wrong: found.wrong,
    forgotten: found.forgotten,
    grown: found.grown,
    harness: found.harness,
  };
  print(
    `lost ${found.lost.length}, doubled ${found.doubled.length}, wrong verdicts ${found.wrong.length}, forgotten notices ${found.forgotten.length} of ${found.notices}, grown without end ${found.grown.length} (${found.looks} looks at all processes)`,
  );
  for (const [what, lines] of Object.entries(faults)) for (const line of lines) print(`  ${what}: ${line}`);
  if (options.json === undefined) return;
  const { sizes: _, causes, known, resumed, ...rest } = found;
  const numbers = { ...rest, options, kills: Object.fromEntries(kills), causes: Object.fromEntries(causes) };
  const ms = { known: percentiles(known), resumed: percentiles(resumed) };
  writeFileSync(options.json, `${JSON.stringify({ ...numbers, ms }, undefined, 2)}\n`);
}

function list(counts, print) {
  for (const [what, count] of [...counts].sort(([, a], [, b]) => b - a))
    print(`  ${String(count).padStart(5)}  ${what}`);
}

const percentiles = (values) => ({ count: values.length, p50: quantile(values, 0.5), p99: quantile(values, 0.99) });

const held = (holds) => (holds ? `${holds.files} open files and ${holds.watches} watched paths` : 'nobody looked');

const times = (values) =>
  `p50 ${short(quantile(values, 0.5))} ms, p99 ${short(quantile(values, 0.99))} ms (${values.length} times)`;
