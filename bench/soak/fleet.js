import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { control } from '../../dist/cli/daemon-control.js';
import { throwawayHome } from '../../dist/cli/demo/home.js';
import { carrying, send } from './processes.js';

const FINAL = ['succeeded', 'failed', 'gave-up', 'cancelled'];
const STEP_MS = 1500;
const STATE_MEGABYTES = 96;
const LAST_MINUTES = 5;

/** The tasks, their daemon, and the home they live in. The daemon is started again whenever somebody needs it. */
export async function makeFleet({ tasks: count, minutes, concurrent }, say) {
  const home = throwawayHome(process.env, {
    maxConcurrent: concurrent,
    tickSeconds: 1,
    resume: { baseMinutes: 0, capMinutes: 0, jitter: 0, maxAttempts: 1000, fastDeaths: 1000, budgetMinutes: 100_000 },
  });
  const finish = join(home.directory, 'finish');
  const unmount = mountState(home, say);
  const accepted = new Map();
  let held;

  const daemon = async () => {
    held ??= home.context.daemon().catch((error) => {
      held = undefined;
      throw error;
    });
    return await held;
  };

  /** Asks until a daemon answers; what it refuses is thrown. */
  const ask = async (method, params) => {
    for (const deadline = Date.now() + 120_000; ; ) {
      try {
        return await (await daemon()).call(method, params);
      } catch (error) {
        held = undefined;
        const away = ['ConnectionLost', 'Unreachable'].includes(error.name) || error.exitCode === 69;
        if (!away || Date.now() > deadline) throw error;
      }
      await sleep(50);
    }
  };

  const accept = async (name, prompt) => {
    for (;;) {
      try {
        const { tasks } = await ask('list', {});
        const there = tasks.find((task) => task.name === name); // accepted, but the answer was lost
        return there ?? (await (await daemon()).call('start', { agent: 'demo', name, cwd: home.work, prompt })).task;
      } catch (error) {
        if (error.exitCode === 2) throw error;
        held = undefined; // died under the question, or its disk is full: again
        await sleep(200);
      }
    }
  };

  const list = async () => (await ask('list', {})).tasks;

  return {
    home,
    accepted,
    ask,
    list,
    fullDiskPossible: unmount !== undefined,
    stateDir: home.context.paths.stateDir,
    daemonPid: async () => (await ask('hello', {})).pid,
    startAll: async (random) => {
      const steps = Math.ceil((minutes * 60_000 * concurrent) / count / STEP_MS);
      for (let n = 1; n <= count; n++) {
        const name = `soak-${n}`;
        const task = await accept(name, script(steps, finish, random));
        accepted.set(task.id, {
          name,
          directory: join(home.context.paths.stateDir, 'tasks', task.id),
          steps: steps + 2,
        });
      }
    },
    letFinish: () => writeFileSync(finish, ''),
    allOver: async (signal) => {
      for (const deadline = Date.now() + LAST_MINUTES * 60_000; Date.now() < deadline && !signal.aborted; ) {
        const open = (await list()).filter(({ state }) => !FINAL.includes(state));
        if (open.length === 0) return;
        await sleep(500);
      }
      say('not every task came to its end');
    },
    clear: async () => {
      if (!existsSync(finish)) writeFileSync(finish, '');
      for (const { id, state } of await list().catch(() => [])) {
        if (!FINAL.includes(state)) await ask('stop', { task: id, graceMs: 0 }).catch(() => undefined);
      }
      for (const id of accepted.keys()) for (const pid of carrying(`HOLDFAST_MARK=${id}:`)) send(pid, 'SIGKILL');
      home.context.close();
      await control.stop(home.context).catch((error) => say(`the daemon does not end: ${error.message}`));
      unmount?.();
      await home.clear();
    },
  };
}

/** Steps that are short and, once everybody may finish, over at once; some leave a process behind. */
function script(steps, finish, random) {
  const lines = Array.from({ length: steps }, (_, index) => {
    if (index % 20 === 7) return '@fork exec sleep 120';
    const seconds = random.between(0.3, (2 * STEP_MS) / 1000 - 0.3).toFixed(1);
    return `@run test -e ${finish} || sleep ${seconds}`;
  });
  return ['@say I begin.', ...lines, '@say That was all.', ''].join('\n');
}

/** A small file system for the state alone, so that its disk can be full without anybody else's being so. Needs root. */
function mountState(home, say) {
  const directory = join(home.directory, '.local', 'state');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${STATE_MEGABYTES}m,mode=0700`, 'holdfast-soak', directory], {
      stdio: 'pipe',
    });
  } catch (error) {
    say(`NOT TESTED: a full disk. No small file system can be mounted here (${String(error.stderr ?? error).trim()})`);
    return undefined;
  }
  return () => execFileSync('umount', ['-l', directory]);
}

/** The process that a record names. */
export function recorded(directory, attempt, who) {
  try {
    return JSON.parse(readFileSync(join(directory, 'attempts', String(attempt), `${who}.json`), 'utf8')).pid;
  } catch {
    return 0; // not yet, or torn
  }
}

/** Takes all the room there is, and gives the way to give it back. */
export function fillDisk(stateDir) {
  const filler = join(stateDir, '..', 'filler');
  try {
    for (let size = 0; size < STATE_MEGABYTES; size++) writeFileSync(filler, Buffer.alloc(1 << 20), { flag: 'a' });
  } catch {
    // full: as wished
  }
  return () => rmSync(filler, { force: true });
}
