import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { connect } from '../../protocol/client.ts';
import { daemonEnvironment } from '../../protocol/launch.ts';
import { pathsHere } from '../../protocol/paths.ts';
import { reachDaemon } from '../../protocol/reach.ts';
import { type Context, makeContext } from '../context.ts';
import { control } from '../daemon-control.ts';
import { socketOf } from '../tmux-client.ts';

/** A home for one daemon that nobody else knows of: state, settings, socket, tmux server and work tree of its own. */
export interface ThrowawayHome {
  readonly directory: string;
  /** Where an agent may work. */
  readonly work: string;
  readonly env: Readonly<Record<string, string>>;
  /** Talks to its daemon and to nobody else; what its commands say is not heard. */
  readonly context: Context;
  /** Ends every task, the daemon and the tmux server, and removes the directory; twice is as good as once. */
  readonly clear: () => Promise<void>;
}

/** Makes one. `settings` is what its daemon finds in the settings file. */
export function throwawayHome(
  outer: Readonly<Record<string, string | undefined>>,
  settings: object = {},
): ThrowawayHome {
  const directory = mkdtempSync('/tmp/holdfast-demo-'); // macOS's own temporary directory is too deep for a socket
  const work = join(directory, 'cart');
  const env = environment(outer, directory);
  const { configFile } = pathsHere(env);
  for (const path of [work, join(directory, 'run'), dirname(configFile)])
    mkdirSync(path, { recursive: true, mode: 0o700 });
  // there is no directory in it but its own
  writeFileSync(configFile, JSON.stringify({ directories: { confirm: false }, ...settings }), { mode: 0o600 });
  const silent = { write: () => true };
  const around = { env, stdin: process.stdin, stdout: silent, stderr: silent, cwd: () => work };
  const context = makeContext(around, { json: false, color: 'never', noStartDaemon: false }, reachDaemon);
  return { directory, work, env, context, clear: () => clear(directory, context) };
}

/** Only what a daemon would be given anyway, with every place of ours moved. */
function environment(outer: Readonly<Record<string, string | undefined>>, directory: string): Record<string, string> {
  const inherited = Object.entries(daemonEnvironment(outer)).filter(([name]) => !/^(XDG|HOLDFAST)_/.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: `${dirname(process.execPath)}:${outer.PATH ?? ''}`, // the agent's commands use this very node
    HOME: directory,
    XDG_RUNTIME_DIR: join(directory, 'run'),
    HOLDFAST_TMUX_SOCKET: `holdfast-demo-${process.pid}`,
  };
}

async function clear(directory: string, context: Context): Promise<void> {
  context.close();
  try {
    await endTasks(context).catch(() => undefined); // best effort: without its session no task goes on
    await control.stop(context);
  } finally {
    await endTmux(context.env);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

/** The daemon ends what the agents started, which a closed session alone would not. */
async function endTasks({ paths }: Context): Promise<void> {
  const connection = await connect(paths.socket);
  try {
    const { tasks } = await connection.call('list', {});
    for (const { id } of tasks) await connection.call('stop', { task: id, graceMs: 0 });
  } finally {
    connection.close();
  }
}

/** Settles when the server is gone or was never there. It leaves its socket behind (tmux 3.3a). */
function endTmux(env: Context['env']): Promise<void> {
  const words = ['-L', env.HOLDFAST_TMUX_SOCKET ?? ''];
  return new Promise((resolve) => {
    execFile('tmux', [...words, 'kill-server'], { env }, () => {
      rmSync(socketOf(words, env), { force: true });
      resolve();
    });
  });
}
