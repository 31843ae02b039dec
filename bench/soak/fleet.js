import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { control } from '../../dist/cli/daemon-control.js';
import { throwawayHome } from '../../dist/cli/demo/home.js';
import { diskOf } from './disk.js';
import { expectedNotices } from './journals.js';
import { carrying, send } from './processes.js';

const FINAL = ['succeeded', 'failed', 'gave-up', 'cancelled'];
const STEP_MS = 1500;
const LAST_MINUTES = 5;
const TOLD_MS = 60_000;
/** A daemon that does not answer for so long has not come back. */
const AWAY_MS = 120_000;

/** The tasks, their daemon, and the home they live in. The daemon is started again whenever somebody needs it. */
export async function makeFleet({ tasks: count, minutes, concurrent, disk: megabytes, url }, { say, signal }) {
  const home = throwawayHome(process.env, {
    maxConcurrent: concurrent,
    tickSeconds: 1,
    resume: { baseMinutes: 0, capMinutes: 0, jitter: 0, maxAttempts: 1000, fastDeaths: 1000, budgetMinutes: 100_000 },
    notify: { heartbeatSeconds: 86_400, to: { soak: { type: 'webhook', url } } },
  });
  const finish = join(home.directory, 'finish');
  const disk = diskOf(home, megabytes, say);
  const accepted = new Map();
  let held;

  const daemon = async () => {
    held ??= home.context.daemon().catch((error) => {
      held = undefined;
      throw error;
    });
    return await held;
  };

  /** Asks until a daemon answers, for so long; what it refuses is thrown. */
  const ask = async (method, params, patienceMs = AWAY_MS) => {
    for (const deadline = Date.now() + patienceMs; ; ) {
      try {
        return await inTime((await daemon()).call(method, params), patienceMs);
      } catch (error) {
        held = undefined;
        const away = ['ConnectionLost', 'Unreachable', 'LateError'].includes(error.name) || error.exitCode === 69;
        if (!away) throw error;
        if (Date.now() > deadline || signal.aborted) {
          throw new Error(`the daemon did not come back within ${patienceMs / 1000} s: ${error.message}`);
        }
      }
      await sleep(50);
    }
  };

  const accept = async (name, prompt) => {
    let last;
    for (const deadline = Date.now() + AWAY_MS; Date.now() < deadline && !signal.aborted; ) {
      try {
        const { tasks } = await ask('list', {});
        const there = tasks.find((task) => task.name === name); // accepted, but the answer was lost
        return there ?? (await (await daemon()).call('start', { agent: 'demo', name, cwd: home.work, prompt })).task;
      } catch (error) {
        if (error.exitCode === 2) throw error;
        last = error;
        held = undefined; // died under the question, or its disk is full: again
        await sleep(200);
      }
    }
    throw new Error(`${name} could not be started: ${last?.message ?? 'interrupted'}`);
  };

  const list = async () => (await ask('list', {})).tasks;

  return {
    home,
    accepted,
    ask,
    list,
    disk,
    daemonPid: async () => (await ask('hello', {})).pid,
    startAll: async (random) => {
      const steps = Math.ceil((minutes * 60_000 * concurrent) / count / STEP_MS);
      for (let n = 1; n <= count && !signal.aborted; n++) {
        const name = `soak-${n}`;
        const task = await accept(name, script(steps, finish, random));
        const directory = join(home.context.paths.stateDir, 'tasks', task.id);
        accepted.set(task.id, { name, directory, steps: steps + 2 });
      }
    },
    letFinish: () => writeFileSync(finish, ''),
    allOver: async () => {
      for (const deadline = Date.now() + LAST_MINUTES * 60_000; Date.now() < deadline && !signal.aborted; ) {
        const open = (await list()).filter(({ state }) => !FINAL.includes(state));
        if (open.length === 0) return;
        await sleep(500);
      }
      say('not every task came to its end');
    },
    /** A receiver that refused is tried again by the outbox; what does not come in a minute was forgotten. */
    allTold: async (ids) => {
      const missing = () => expectedNotices(accepted).some((id) => !ids.has(id));
      for (const deadline = Date.now() + TOLD_MS; Date.now() < deadline && !signal.aborted && missing(); )
        await sleep(500);
    },
    clear: async () => {
      disk?.empty();
      if (!existsSync(finish)) writeFileSync(finish, '');
      for (const id of accepted.keys()) for (const pid of carrying(`HOLDFAST_MARK=${id}:`)) send(pid, 'SIGKILL');
      home.context.close();
      await control.stop(home.context).catch((error) => say(`the daemon does not end: ${error.message}`));
      disk?.unmount();
      await home.clear();
    },
  };
}

/** Nobody waits longer for an answer than this. */
async function inTime(answer, ms) {
  let timer;
  const late = new Promise((_, reject) => {
    const error = Object.assign(new Error('no answer'), { name: 'LateError' });
    timer = setTimeout(() => reject(error), ms);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/**
 * Steps that are short and, once everybody may finish, over at once; some leave a process behind. No two are the same
 * command: who dies in the same one three times is asked whether it goes in circles, rightly.
 */
function script(steps, finish, random) {
  const lines = Array.from({ length: steps }, (_, index) => {
    if (index % 20 === 7) return `@fork exec sleep 120 # step ${index}`;
    const seconds = random.between(0.3, (2 * STEP_MS) / 1000 - 0.3).toFixed(1);
    return `@run test -e ${finish} || sleep ${seconds} # step ${index}`;
  });
  return ['@say I begin.', ...lines, '@say That was all.', ''].join('\n');
}

/** The process that a record names. */
export function recorded(directory, attempt, who) {
  try {
    return JSON.parse(readFileSync(join(directory, 'attempts', String(attempt), `${who}.json`), 'utf8')).pid;
  } catch {
    return 0; // not yet, or torn
  }
}
