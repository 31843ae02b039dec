import { setTimeout as sleep } from 'node:timers/promises';
import { throwawayHome } from '../dist/cli/demo/home.js';

/** Tasks that crash a hundred times are no broken set-up here, and are resumed without delay. */
const SETTINGS = {
  maxConcurrent: 200,
  resume: { baseMinutes: 0, capMinutes: 0, maxAttempts: 1000, fastDeaths: 1000 },
};

/** A home of our own with a warm daemon. */
export async function warmHome() {
  const home = throwawayHome(process.env, SETTINGS);
  const daemon = await home.context.daemon();
  const { pid } = await daemon.call('hello', {});
  return { ...home, daemon, pid };
}

/** @typedef {Awaited<ReturnType<typeof warmHome>>} Home */

/** Starts demo agents that wait for a file which never comes. @param {Home} home @param {number} count */
export async function idleTasks({ daemon, work }, count) {
  const tasks = [];
  for (let n = 1; n <= count; n++) {
    const { task } = await daemon.call('start', {
      agent: 'demo',
      name: `idle-${n}`,
      cwd: work,
      prompt: '@wait never\n',
    });
    tasks.push(task);
  }
  const allRun = async () => {
    const rows = await daemon.call('list', {});
    const ours = rows.tasks.filter(({ name }) => name.startsWith('idle-'));
    return ours.every(({ state, summary }) => state === 'running' && summary !== undefined);
  };
  await until(allRun, 30_000 + count * 500, 50);
  await sleep(1_000); // their node processes are still loading
  return tasks;
}

/** Asks every few milliseconds until it is so. @param {() => boolean | Promise<boolean>} fact @param {number} limitMs */
export async function until(fact, limitMs, everyMs = 1) {
  for (const deadline = Date.now() + limitMs; !(await fact()); ) {
    if (Date.now() > deadline) throw new Error(`it did not come true within ${limitMs} ms: ${fact}`);
    await sleep(everyMs);
  }
}
