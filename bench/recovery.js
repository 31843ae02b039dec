import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './home.js';
import { preciseClock } from './numbers.js';

const LIMIT_MS = 10_000;
const SETTLE_MS = 150;

/**
 * Kills agents, one at a time, and takes the time until the daemon knows and until the next process is there.
 * @param {readonly { readonly id: string, readonly directory: string }[]} tasks
 * @param {number} kills
 */
export async function recoveries(tasks, kills) {
  const times = { misread: [], known: [], journalled: [], process: [], speaks: [] };
  for (let n = 0; n < kills; n++) {
    const one = await recovery(tasks[n % tasks.length], Math.floor(n / tasks.length) + 1);
    for (const [name, values] of Object.entries(times)) values.push(one[name]);
    await sleep(SETTLE_MS); // the next kill is to find a daemon at rest
  }
  return times;
}

async function recovery({ directory }, attempt) {
  const now = preciseClock();
  const at = (n, file) => join(directory, 'attempts', String(n), file);
  const journal = join(directory, 'journal.ndjson');
  const { pid } = JSON.parse(readFileSync(at(attempt, 'agent.json'), 'utf8'));
  const before = statSync(journal).size;

  const killedAt = now();
  process.kill(pid, 'SIGKILL');
  await until(() => statSync(journal).size > before, LIMIT_MS);
  const journalledAt = now();
  await until(() => existsSync(at(attempt + 1, 'agent.json')), LIMIT_MS);
  const processAt = now();
  await until(() => statSync(at(attempt + 1, 'events.jsonl'), { throwIfNoEntry: false })?.size > 0, LIMIT_MS);
  const speaksAt = now();

  const entry = readFileSync(journal).subarray(before).toString('utf8').split('\n', 1)[0] ?? '';
  const { at: knownAt, happening } = JSON.parse(entry.slice(9)); // a checksum stands before it
  return {
    misread: happening.type === 'exited' ? 0 : 1, // the runner lives and has recorded the end: nothing else is true
    known: knownAt + 1 - killedAt, // the journal cuts to whole milliseconds: this is the latest that it can have been
    journalled: journalledAt - killedAt,
    process: processAt - killedAt,
    speaks: speaksAt - killedAt,
  };
}
