import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { control } from '../dist/cli/daemon-control.js';
import { interruption } from '../dist/cli/interruption.js';
import { launchDaemon } from '../dist/protocol/launch.js';
import { appends } from './append.js';
import { copyFinished } from './archive.js';
import { idleTasks, until, warmHome } from './home.js';
import { cpuMs, residentMb } from './machine.js';

const BOOTS = 5;
const TICK_S = 5; // the default
const SWEEPS = 4;
const WATCH_MS = SWEEPS * TICK_S * 1000;
const SETTLE_MS = 4_000;
/** At its first tick a daemon writes down what the next one needs of the tasks that have ended. */
const DIGEST_MS = 3 * TICK_S * 1000;
/** V8 clears up three times, at 60 ms, when a daemon that had much to do has nothing more to do (Node 20). */
const CALM_MS = 60_000;
const COUNTING = fileURLToPath(new URL('counting.js', import.meta.url));

/**
 * A daemon beside many tasks: `live` ones, whose demo agents run and wait, and `finished` ones, copied on disk.
 * @param {number} live @param {number} finished @param {(line: string) => void} say
 */
export async function many(live, finished, say) {
  const { signal, release } = interruption();
  const home = await warmHome();
  signal.addEventListener('abort', () => home.clear().finally(() => process.exit(130)));
  try {
    const { directory } = await oneFinished(home);
    say(`${live} live tasks`);
    await idleTasks(home, live);
    say(`the daemon and tmux beside them, ${(CALM_MS + WATCH_MS) / 1000} s`);
    await sleep(CALM_MS);
    const watched = await watching(home, live);
    await control.stop(home.context);
    const removeCopies = copyFinished(directory, finished - 1);
    say(`${BOOTS} boots beside ${finished} finished tasks`);
    const first = await boot(home, live + finished, DIGEST_MS);
    const boots = [];
    for (let n = 0; n < BOOTS && !signal.aborted; n++) boots.push(await boot(home, live + finished));
    const started = await startedBySweeps(home);
    removeCopies(); // whoever clears away stops every task there is, which takes minutes
    await control.start(home.context);
    return {
      live,
      finished,
      ...watched,
      first,
      boots,
      started,
      sweeps: SWEEPS,
      appends: await appends(home.directory),
    };
  } finally {
    await home.clear();
    release();
  }
}

async function oneFinished({ daemon, work }) {
  const { task } = await daemon.call('start', { agent: 'demo', name: 'template', cwd: work, prompt: '@say done\n' });
  await until(
    async () => (await daemon.call('list', {})).tasks.every(({ state }) => state === 'succeeded'),
    30_000,
    50,
  );
  return task;
}

/** A minute of one task: of the daemon and of the tmux server. */
async function watching({ pid, context }, live) {
  const record = join(context.paths.stateDir, 'tmux-server.json');
  const server = JSON.parse(readFileSync(record, 'utf8')).pid;
  const used = () => cpuMs(pid) + cpuMs(server);
  const before = used();
  await sleep(WATCH_MS);
  const minutes = WATCH_MS / 60_000;
  return { residentMb: residentMb(pid), cpuMsPerTaskMinute: (used() - before) / live / minutes };
}

/** From the launch to the answers, as a CLI has it that finds no daemon. */
async function boot({ context }, most, settleMs = SETTLE_MS) {
  await control.stop(context);
  const begin = performance.now();
  const daemon = await launchDaemon(context.paths, context.env);
  try {
    const { pid } = await daemon.call('hello', {});
    const [helloMs, helloCpuMs] = [performance.now() - begin, cpuMs(pid)];
    const { tasks } = await daemon.call('list', {});
    const listMs = performance.now() - begin;
    if (tasks.length < most) throw new Error(`the daemon found ${tasks.length} tasks`);
    await sleep(settleMs); // it takes them over after its first answer
    return { helloMs, helloCpuMs, listMs, residentMb: residentMb(pid) };
  } finally {
    daemon.close();
  }
}

/** How many processes the daemon starts while it sweeps over tasks of which none does anything. */
async function startedBySweeps({ context, directory }) {
  await control.stop(context);
  const daemon = await launchDaemon(context.paths, context.env, COUNTING);
  daemon.close();
  await sleep(SETTLE_MS);
  const from = Date.now();
  await sleep(WATCH_MS);
  const to = Date.now();
  await control.stop(context);
  const started = JSON.parse(readFileSync(join(directory, 'started.json'), 'utf8'));
  return started.filter(({ at }) => at >= from && at < to).length;
}
