import { setTimeout as sleep } from 'node:timers/promises';
import { interruption } from '../dist/cli/interruption.js';
import { chaos } from './soak/chaos.js';
import { makeFleet } from './soak/fleet.js';
import { readOptions } from './soak/options.js';
import { dice } from './soak/random.js';
import { judge, tell } from './soak/verdict.js';
import { watchOver } from './soak/watch.js';

/*
 * npm run soak -- --tasks 200 --minutes 30 [--concurrent 40] [--seed N] [--pause 700]
 * Many tasks under random deaths; at the end nothing may be lost and nothing doubled. Linux only: it reads /proc.
 */
const say = (line) => process.stderr.write(`soak: ${line}\n`);

async function soak() {
  const options = readOptions(process.argv.slice(2));
  say(`${options.tasks} tasks, ${options.concurrent} at a time, ${options.minutes} minutes, seed ${options.seed}`);
  const random = dice(options.seed);
  const { signal, release } = interruption();
  const fleet = await makeFleet(options, say);
  const watch = watchOver(fleet);
  try {
    const until = Date.now() + options.minutes * 60_000;
    const rounds = new AbortController();
    signal.addEventListener('abort', () => rounds.abort());
    setTimeout(() => rounds.abort(), until - Date.now()).unref();
    const starting = fleet.startAll(random);
    const [kills] = await Promise.all([chaos(fleet, random, options, rounds.signal), starting]);
    say('no more deaths; every task may come to its end');
    fleet.letFinish();
    await fleet.allOver(signal);
    await sleep(500); // runners leave a blink after their task is over
    const found = await judge(fleet, watch.stop());
    tell(found, { kills, options });
    return found.lost.length + found.doubled.length + found.wrong.length === 0 ? 0 : 1;
  } finally {
    watch.stop();
    await fleet.clear();
    release();
  }
}

process.exit(await soak());
