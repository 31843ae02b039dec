import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Connection, connect } from '../../src/protocol/client.ts';
import { ConnectionLost, RemoteError, Unreachable } from '../../src/protocol/errors.ts';
import { EXIT } from '../../src/protocol/exit-codes.ts';
import type { MethodName, Params, Result, TaskDetail, TaskRow } from '../../src/protocol/methods.ts';
import { pathsHere } from '../../src/protocol/paths.ts';
import type { Holdfast } from './rig.ts';

const BUILT = fileURLToPath(new URL('../../dist/daemon/main.js', import.meta.url));
const FINAL: readonly string[] = ['succeeded', 'failed', 'gave-up', 'cancelled'];
const POLL_MS = 15;
/** So many daemons may die in a row: the planned ones and none besides. */
const MOST_LIVES = 8;

/** An operator whose daemon dies: asks again when it is gone, and starts the next one. */
export interface Operator {
  /** How many of the planned deaths have happened. */
  readonly deaths: () => number;
  readonly start: (name: string, script: readonly string[]) => Promise<TaskDetail>;
  readonly stop: (name: string) => Promise<TaskRow>;
  readonly retry: (name: string) => Promise<void>;
  readonly show: (name: string) => Promise<TaskDetail>;
  readonly end: (name: string) => Promise<TaskDetail>;
  readonly forget: (name: string) => Promise<void>;
  /** Ends the daemon in good order, whatever it was to die at; the next ones kill themselves at these. */
  readonly relieve: (failpoints: readonly number[]) => Promise<void>;
  /** Ends the last daemon in good order. */
  readonly leave: () => Promise<void>;
}

/** Makes one. The n-th daemon kills itself at its `failpoints[n]`-th operation, those after the last one live. */
export function operator(hf: Pick<Holdfast, 'env' | 'work'>, failpoints: readonly number[]): Operator {
  const { socket } = pathsHere(hf.env);
  let planned = [...failpoints];
  let lives = 0;
  let deaths = 0;
  let daemon: ChildProcess | undefined;
  let said = '';
  let connection: Connection | undefined;

  /** Straight by node: the CLI would not hand FAILPOINT on. */
  const beget = (): ChildProcess => {
    if (lives >= MOST_LIVES) throw new Error(`the daemon died ${lives} times: ${said}`);
    lives += 1;
    const FAILPOINT = String(planned.shift() ?? 0);
    const child = spawn(process.execPath, [BUILT], {
      env: { ...hf.env, FAILPOINT },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('exit', (_code, signal) => {
      if (signal === 'SIGKILL') deaths += 1;
      daemon = undefined;
    });
    return child;
  };

  const reach = async (): Promise<Connection> => {
    for (;;) {
      daemon ??= beget();
      try {
        connection ??= await connect(socket);
        return connection;
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        await pause(POLL_MS); // a socket cannot be watched before it is there
      }
    }
  };

  /** One question to one daemon; nothing where it died before it answered. */
  const once = async <M extends MethodName>(method: M, params: Params<M>): Promise<Result<M> | undefined> => {
    const asked = await reach();
    try {
      return await asked.call(method, params);
    } catch (error) {
      const away = error instanceof RemoteError && error.exitCode === EXIT.unavailable;
      if (!(error instanceof ConnectionLost) && !away) throw error;
      if (connection === asked) connection = undefined;
      return undefined;
    }
  };
  const ask = async <M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> => {
    for (;;) {
      const answer = await once(method, params);
      if (answer) return answer;
    }
  };

  const leave = async (): Promise<void> => {
    connection?.close();
    connection = undefined;
    const left = daemon && new Promise((resolve) => daemon?.once('exit', resolve));
    daemon?.kill('SIGTERM');
    await left;
  };
  const show: Operator['show'] = async (task) => (await ask('show', { task })).task;
  const rows = async (name: string): Promise<readonly TaskRow[]> =>
    (await ask('list', {})).tasks.filter((row) => row.name === name);

  return {
    deaths: () => deaths,
    show,
    start: async (name, script) => {
      for (;;) {
        const answer = await once('start', {
          agent: 'demo',
          name,
          cwd: hf.work,
          prompt: `${script.join('\n')}\n`,
          trust: true,
        });
        if (answer?.task) return answer.task;
        if ((await rows(name)).length > 0) return await show(name); // accepted, the answer was lost
      }
    },
    stop: async (task) => {
      for (;;) {
        const stopped = (await ask('stop', { task, graceMs: 1000 })).task;
        if (FINAL.includes(stopped.state)) return stopped;
      }
    },
    retry: async (task) => {
      const { attempt } = await show(task);
      while ((await once('retry', { task })) === undefined) {
        const now = await show(task);
        if (!FINAL.includes(now.state) || now.attempt > attempt) return; // taken, the answer was lost
      }
    },
    end: async (name) => {
      for (const deadline = Date.now() + 50_000; Date.now() < deadline; ) {
        if ((await once('wait', { tasks: [name], waitMs: 1000 }))?.over) return await show(name);
      }
      throw new Error(`${name} is not over: ${JSON.stringify(await show(name), undefined, 1)}\n${said}`);
    },
    forget: async (name) => {
      while ((await rows(name)).length > 0) await once('prune', { task: name });
    },
    relieve: async (next) => {
      await leave();
      lives = 0;
      planned = [...next];
    },
    leave,
  };
}
