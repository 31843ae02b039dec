import './surroundings.js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { interruption } from '../dist/cli/interruption.js';
import { callsBesideNode, starts } from './commands.js';
import { idleTasks, warmHome } from './home.js';
import { idling } from './idle.js';
import { looks } from './looking.js';
import { machine } from './machine.js';
import { many } from './many.js';
import { noticed, TASKS as TOLD_OF } from './notices.js';
import { recoveries } from './recovery.js';
import { markdown, over, rowsOf, text } from './report.js';

const TASKS = 20;
const KILLS = 100;
const CALLS = 20;
const TOLD = 60;
const IDLE_MS = 60_000;
const SESSIONS = [20, 100];
const LIVE = 200;
const FINISHED = 10_000;
const RESULTS = new URL('results/', import.meta.url);

const say = (line) => process.stderr.write(`bench: ${line}\n`);

/** Everything that is measured with one daemon, most disturbing last. */
async function withDaemon() {
  const { signal, release } = interruption();
  const home = await warmHome();
  signal.addEventListener('abort', () => home.clear().finally(() => process.exit(130)));
  try {
    say(`${TASKS} tasks`);
    const tasks = await idleTasks(home, TASKS);
    say(`the daemon at rest, ${IDLE_MS / 1000} s`);
    const idle = await idling(home, IDLE_MS);
    say(`list, show, completion, help and node -e 0, ${CALLS} times each`);
    const walls = await callsBesideNode(home, CALLS);
    say(`${KILLS} kills`);
    const recovered = await recoveries(tasks, KILLS);
    say(`holdfast start, ${CALLS} times`);
    return { idle, walls, recovered, started: await starts(home, CALLS) };
  } finally {
    await home.clear();
    release();
  }
}

const where = machine(); // first: the load before ours
const measured = await withDaemon();
say(`looking at ${SESSIONS.join(' and ')} sessions of tmux`);
const looked = SESSIONS.map((count) => ({ count, ...looks(count) }));
say(`${TOLD} crashes until they are told`);
const told = await noticed(TOLD);
const crowd = await many(LIVE, FINISHED, say);
const rows = rowsOf({ ...measured, looked, told, toldOf: TOLD_OF, crowd, tasks: TASKS, kills: KILLS, calls: CALLS });
process.stdout.write(text(rows));
mkdirSync(RESULTS, { recursive: true });
writeFileSync(new URL('latest.md', RESULTS), markdown(rows, where, new Date()));
say(`written to ${fileURLToPath(new URL('latest.md', RESULTS))}`);
const missed = over(rows);
if (missed.length > 0) {
  say(`over its target: ${missed.join('; ')}`);
  process.exitCode = 1;
}
