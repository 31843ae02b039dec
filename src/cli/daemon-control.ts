import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Connection, connect } from '../protocol/client.ts';
import { Refusal, Unreachable } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { refuseInsideOpenClaw } from '../protocol/reach.ts';
import type { Context } from './context.ts';

const DEADLINE_MS = 30_000;
const POLL_MS = 20;

/** What can be done to the daemon as a process; each is idempotent. */
export const control = {
  async start(context: Context): Promise<number> {
    const running = await present(context);
    const { launchDaemon } = await import('../protocol/launch.ts');
    if (!running) refuseInsideOpenClaw(context.env);
    const connection = running ?? (await launchDaemon(context.paths, context.env));
    const { pid, degraded } = await connection.call('hello', {}).finally(() => connection.close());
    if (degraded !== undefined) context.output.say(degraded);
    return report(context, { running: true, pid }, running ? 'the daemon runs already' : 'started the daemon');
  },

  async stop(context: Context): Promise<number> {
    const pid = await endDaemon(context);
    const sentence = pid === undefined ? 'the daemon is not running' : 'stopped the daemon; agents go on';
    return report(context, { running: false, ...(pid === undefined ? {} : { pid }) }, sentence);
  },

  async restart(context: Context): Promise<number> {
    refuseInsideOpenClaw(context.env);
    await endDaemon(context);
    return control.start(context);
  },

  async run({ env }: Context): Promise<number> {
    refuseInsideOpenClaw(env);
    const { daemonEntry } = await import('../protocol/launch.ts');
    await import(pathToFileURL(daemonEntry).href); // it runs by being loaded, and ends the process when it is done
    return Number(process.exitCode ?? EXIT.ok);
  },
};

function report({ output }: Context, state: { running: boolean; pid?: number }, sentence: string): number {
  if (output.json) output.document(state);
  else output.say(state.pid === undefined ? sentence : `${sentence} (pid ${state.pid})`);
  return EXIT.ok;
}

async function present({ paths }: Context): Promise<Connection | undefined> {
  try {
    return await connect(paths.socket);
  } catch (error) {
    if (error instanceof Unreachable) return undefined;
    throw error;
  }
}

/** Asks the daemon to end and waits until its process is gone; answers with its pid. */
export async function endDaemon(context: Context): Promise<number | undefined> {
  const connection = await present(context);
  if (connection === undefined) return undefined;
  const { pid } = await connection.call('hello', {});
  const { stopService } = await import('../protocol/service.ts');
  await stopService(context.paths, context.env);
  try {
    await connection.call('shutdown', {}); // also where a service was stopped: this daemon need not have been the service's
  } catch (error) {
    if (!(error instanceof Refusal) || error.exitCode !== EXIT.unavailable) throw error; // to end before the answer is out is to end
  } finally {
    connection.close();
  }
  const deadline = Date.now() + DEADLINE_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) {
      throw new Refusal(EXIT.error, `the daemon (pid ${pid}) does not end; agents would outlive: kill -9 ${pid}`);
    }
    await sleep(POLL_MS);
  }
  return pid;
}

/** A zombie is gone: in a container nobody may reap it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !(process.platform === 'linux' && /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  } catch {
    return false; // ESRCH, or gone between the two looks
  }
}
