import './surroundings.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { interruption } from '../dist/cli/interruption.js';
import { chaos } from './soak/chaos.js';
import { makeFleet } from './soak/fleet.js';
import { holdingsOf, restOf } from './soak/holdings.js';
import { readOptions } from './soak/options.js';
import { dice } from './soak/random.js';
import { receiver } from './soak/receiver.js';
import { tell } from './soak/report.js';
import { judge, verdictOf } from './soak/verdict.js';
import { watchOver } from './soak/watch.js';

/*
 * npm run soak -- --tasks 200 --minutes 30 [--concurrent 40] [--seed N] [--pause 700] [--disk 2048] [--json FILE]
 * Many tasks under random deaths; at the end nothing may be lost, doubled, judged wrongly or left untold. Linux only: it
 * reads /proc. A daemon that does not come back is a finding like any other: the run ends early, with its report.
 */
const say = (line) => process.stderr.write(`soak: ${line}\n`);
/** Beyond this nobody waits for anything any more. */
const LAST_MINUTES = 8;

async function soak() {
  const options = readOptions(process.argv.slice(2));
  say(`${options.tasks} tasks, ${options.concurrent} at a time, ${options.minutes} minutes, seed ${options.seed}`);
  const random = dice(options.seed);
  const { signal, release } = interruption();
  const over = new AbortController(); // everything ends: by a finding, by ^C, or because it takes too long
  const findings = [];
  const give = (up) => {
    findings.push(up);
    over.abort();
  };
  signal.addEventListener('abort', () => give('interrupted'));
  const late = setTimeout(() => give('it did not end in time'), (options.minutes + LAST_MINUTES) * 60_000);

  const told = await receiver(random);
  const fleet = await makeFleet({ ...options, url: told.url }, { say, signal: over.signal });
  const watch = watchOver(fleet);
  let kills = new Map();
  let blows = [];
  const holdings = {};
  const look = async () => holdingsOf(await fleet.daemonPid());
  try {
    holdings.before = await look();
    const rounds = new AbortController(); // AbortSignal.any forgets a timeout that nobody else holds (Node 20.20)
    over.signal.addEventListener('abort', () => rounds.abort());
    setTimeout(() => rounds.abort(), options.minutes * 60_000).unref();
    const starting = fleet.startAll(random);
    const [done] = await Promise.all([chaos(fleet, random, options, rounds.signal), starting]);
    ({ kills, blows } = done);
    findings.push(...done.vain);
    say('no more deaths; every task may come to its end');
    fleet.letFinish();
    await fleet.allOver();
    await fleet.allTold(told.ids);
    await sleep(500); // runners leave a blink after their task is over
    holdings.after = await restOf(look, holdings.before);
  } catch (error) {
    give(`the run ended early: ${error.message}`);
  }
  try {
    const found = await judge(fleet, { ...watch.stop(), told: told.ids, blows, findings, holdings });
    await tell(found, { kills, options });
    return verdictOf(found);
  } finally {
    clearTimeout(late);
    watch.stop();
    await fleet.clear();
    told.close();
    release();
  }
}

process.exit(await soak());
