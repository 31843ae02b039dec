import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { recorded } from './fleet.js';
import { send } from './processes.js';

const run = promisify(execFile);
/** Who ends one session twice within a minute means it, and is obeyed: not what is to be tried here. */
const SESSION_AGAIN_MS = 90_000;

/** No blow takes longer, or the daemon is gone for good. */
const BLOW_MS = 150_000;
/** The daemon is left alone in the last part, so that its growth can be seen. */
const DAEMON_SHARE = 0.6;

/** A kind of death that was tried so often and never came about is not tried at all: the harness is broken. */
const VAIN_TRIES = 8;

/** Random deaths until the signal comes; how many of each kind there were, which never came about, and when agents and runners were hit. */
export async function chaos(fleet, random, { pauseMs, minutes }, signal) {
  const kills = new Map();
  const tries = new Map();
  const blows = [];
  const calm = Date.now() + minutes * 60_000 * DAEMON_SHARE;
  const sessions = new Map();
  const tmux = (...words) =>
    run('tmux', ['-L', fleet.home.env.HOLDFAST_TMUX_SOCKET, ...words], { env: fleet.home.env });

  /** Somebody at work, with the processes of the present attempt. */
  const someone = async () => {
    const working = (await fleet.list()).filter(({ state }) => state === 'running' || state === 'resuming');
    const task = random.oneOf(working);
    if (!task) return undefined;
    const { directory } = fleet.accepted.get(task.id) ?? {};
    const pid = (who) => (directory === undefined ? 0 : recorded(directory, task.attempt, who));
    return { task, agent: pid('agent'), runner: pid('runner') };
  };
  /** From here the clock runs: until it is known, until it is mended. */
  const hit = (one, who) => {
    const at = Date.now();
    if (!one || !send(one[who], 'SIGKILL')) return false;
    blows.push({ task: one.task.id, attempt: one.task.attempt, at });
    return true;
  };
  const freeze = async (pid, low, high) => {
    if (!send(pid, 'SIGSTOP')) return false;
    await sleep(random.between(low, high));
    return send(pid, 'SIGCONT');
  };
  const serverPid = async () => Number((await tmux('display-message', '-p', '#{pid}')).stdout);

  const faults = [
    [30, 'agent killed', async () => hit(await someone(), 'agent')],
    [6, 'agent told to end', async () => send((await someone())?.agent, 'SIGTERM')],
    [14, 'runner killed', async () => hit(await someone(), 'runner')],
    [
      10,
      'runner and agent killed',
      async () => {
        const { agent, runner } = (await someone()) ?? {};
        return send(runner, 'SIGKILL') && send(agent, 'SIGKILL');
      },
    ],
    [8, 'agent stopped for a while', async () => freeze((await someone())?.agent, 500, 3000)],
    [
      6,
      'tmux session killed',
      async () => {
        const { task } = (await someone()) ?? {};
        if (!task || Date.now() - (sessions.get(task.id) ?? 0) < SESSION_AGAIN_MS) return false;
        sessions.set(task.id, Date.now());
        await tmux('kill-session', '-t', `=${task.session}`);
        return true;
      },
    ],
    [1, 'tmux server killed', async () => send(await serverPid(), 'SIGKILL')],
    [1, 'tmux server told to end', async () => Boolean(await tmux('kill-server'))],
    [1, 'tmux server stopped for a while', async () => freeze(await serverPid(), 1000, 7000)],
    [4, 'daemon killed', async () => Date.now() < calm && send(await fleet.daemonPid(), 'SIGKILL')],
    [2, 'daemon stopped for a while', async () => freeze(await fleet.daemonPid(), 500, 5000)],
    ...(fleet.disk
      ? [
          [
            1,
            'disk full for a while',
            async () => {
              fleet.disk.fill();
              await sleep(random.between(1000, 6000)).finally(fleet.disk.empty);
              return true;
            },
          ],
        ]
      : []),
  ];

  while (!signal.aborted) {
    await sleep(random.wait(pauseMs), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const [what, befall] = random.weighted(faults.map(([weight, ...fault]) => [weight, fault]));
    const late = new Promise((_, reject) => {
      setTimeout(() => reject(new Error(`"${what}" took more than ${BLOW_MS / 1000} s`)), BLOW_MS).unref();
    });
    const done = await Promise.race([befall().catch(known), late]);
    for (const counts of done ? [tries, kills] : [tries]) counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  const vain = [...tries].filter(([what, times]) => times >= VAIN_TRIES && !kills.has(what));
  return { kills, blows, vain: vain.map(([what, times]) => `"${what}" was tried ${times} times and never came about`) };
}

/** That its victim was dead before is no finding; that the daemon does not come back is. */
function known(error) {
  if (/did not come back/.test(error.message)) throw error;
  return false;
}
