import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { methods, type TaskDetail, type TaskRow } from '../../src/protocol/methods.ts';
import { endAllOf, killed, type Process, processesWith } from './processes.ts';
import { until } from './until.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));

const FOR_ALL_FILES = '-dac_override,-dac_read_search';
const WITHOUT_ROOTS_RIGHTS = ['setpriv', `--bounding-set=${FOR_ALL_FILES}`, `--inh-caps=${FOR_ALL_FILES}`];

/** How a command ended. */
export interface Done {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command gets beside its words. */
export interface Surroundings {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Octal, as a shell takes it. */
  readonly umask?: string;
  /** The modes of files count, even where we are root: it gives up its right to read and write everything. */
  readonly modesCount?: true;
}

/** What this holdfast shall be like. */
export interface Wishes {
  /** The settings; all others are as by default, but every directory is trusted. */
  readonly settings?: object;
  readonly env?: Readonly<Record<string, string>>;
  /** Whose home it is, and who gives the commands: another user than we are, which only root can say. */
  readonly user?: number;
  /** When everything is taken down: `afterAll` where many tests share it. */
  readonly ends?: (takeDown: () => Promise<void>) => void;
}

/** A holdfast of its own in a directory of its own, with real daemon and real tmux. */
export type Holdfast = ReturnType<typeof holdfast>;

/** Makes one. The first command that needs a daemon starts it. */
export function holdfast({ settings, env: more = {}, user, ends = onTestFinished }: Wishes = {}) {
  // Short, because a socket's path may have 100 bytes: the temporary directory of macOS alone takes half of them.
  const home = realpathSync(mkdtempSync('/tmp/hf-'));
  const inside = (...names: string[]): string => join(home, ...names);
  const work = inside('work');
  const state = inside('.local', 'state', 'holdfast');
  for (const name of ['work', 'run', 'tmux']) mkdirSync(inside(name), { mode: 0o700 });
  mkdirSync(inside('.config', 'holdfast'), { recursive: true });
  const config = { directories: { confirm: false }, ...settings };
  writeFileSync(inside('.config', 'holdfast', 'config.json'), JSON.stringify(config));
  const identity = user === undefined ? {} : { uid: user, gid: user };
  if (user !== undefined)
    for (const path of ['.', ...readdirSync(home, { recursive: true, encoding: 'utf8' })])
      chownSync(inside(path), user, user);
  const socket = home.slice(home.lastIndexOf('/') + 1);
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    LANG: 'C.UTF-8',
    XDG_RUNTIME_DIR: inside('run'),
    TMUX_TMPDIR: inside('tmux'),
    HOLDFAST_TMUX_SOCKET: socket,
    ...more,
  };
  ends(async () => {
    await endAllOf(home);
    rmSync(home, { recursive: true, force: true });
  });

  const begin = ({ stdin, umask, modesCount, ...options }: Surroundings, ...words: string[]): Promise<Done> => {
    const [file = '', ...args] = [
      ...(modesCount && process.getuid?.() === 0 ? WITHOUT_ROOTS_RIGHTS : []),
      ...(umask === undefined ? [] : ['sh', '-c', `umask ${umask}; exec "$@"`, 'sh']),
      ...[process.execPath, PROGRAM, ...words],
    ];
    const child = spawn(file, args, {
      cwd: options.cwd ?? work,
      env: { ...env, ...options.env },
      stdio: 'pipe',
      ...identity,
    });
    child.stdin.on('error', () => undefined); // a command that refuses does not read on
    child.stdin.end(stdin);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code: code ?? (signal ? -1 : 0), stdout, stderr }));
    });
  };
  const cli = (...words: string[]): Promise<Done> => begin({}, ...words);
  const json = async (...words: string[]): Promise<unknown> => {
    const done = await cli(...words, '--json');
    expect(done.code, `${words.join(' ')}: ${done.stderr}`).toBe(0);
    return JSON.parse(done.stdout);
  };
  const task = async (name: string): Promise<TaskDetail> => methods.show.result.parse(await json('show', name)).task;
  const list = async (...flags: string[]): Promise<readonly TaskRow[]> =>
    methods.list.result.parse(await json('list', ...flags)).tasks;

  /** Gives the demo agent a script; its lines that begin with `@` are what it does. */
  const start = async (name: string, script: readonly string[], ...flags: string[]): Promise<TaskDetail> => {
    const stdin = `${script.join('\n')}\n`;
    const done = await begin({ stdin }, 'start', 'demo', name, '--prompt-file', '-', ...flags, '--json');
    expect(done.code, `start ${name}: ${done.stderr}`).toBe(0);
    const { task: made } = methods.start.result.parse(JSON.parse(done.stdout));
    return made ?? expect.fail('the answer names no task');
  };
  /** Waits until the task is over. */
  const end = async (name: string): Promise<TaskDetail> => {
    const { code } = await cli('wait', name, '--timeout', '30s');
    if (code === 124) expect.fail(`${name} is not over: ${JSON.stringify(await task(name), undefined, 2)}`);
    return await task(name);
  };

  const daemonPid = async (): Promise<number> => {
    const { stdout } = await cli('daemon', 'status', '--json');
    return methods.hello.result.parse(JSON.parse(stdout)).pid;
  };
  return {
    home,
    inside,
    work,
    state,
    env,
    begin,
    cli,
    json,
    task,
    list,
    start,
    end,
    daemonPid,
    killDaemon: async (): Promise<void> => killed(await daemonPid()),
    /** The text of a file in the work directory; empty where there is none. */
    text: (name: string): string => (existsSync(join(work, name)) ? readFileSync(join(work, name), 'utf8') : ''),
    /** Lets every agent go on that waits for this file. */
    touch: (name: string): void => writeFileSync(join(work, name), ''),
    /** Waits until the work directory holds this file. */
    sees: (name: string): Promise<unknown> => until(() => existsSync(join(work, name))),
    log: (): string => readFileSync(join(state, 'daemon.log'), 'utf8'),
    /** Runs tmux against the server of this holdfast. */
    tmux: (...words: string[]): Done => {
      const { status, stdout, stderr } = spawnSync('tmux', ['-L', socket, ...words], { env, encoding: 'utf8' });
      return { code: status ?? -1, stdout, stderr };
    },
    /** The entries of every transcript of the demo agent, by conversation. */
    conversations: (): ReadonlyMap<string, readonly Entry[]> => {
      const directory = inside('.local', 'share', 'holdfast-demo', 'conversations');
      const names = existsSync(directory) ? readdirSync(directory) : [];
      return new Map(names.map((name) => [name.replace('.jsonl', ''), entriesIn(join(directory, name))]));
    },
  };
}

/** One line of a demo agent's transcript. */
export interface Entry {
  readonly type: string;
  readonly index?: number;
}

const entriesIn = (file: string): readonly Entry[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry); // written by the agent of this tree; a test that errs in it fails

/** A file of an attempt of a task. */
export const fileOf = ({ directory }: Pick<TaskDetail, 'directory'>, attempt: number, name: string): string =>
  join(directory, 'attempts', String(attempt), name);

/** The process that runs an attempt, or its agent; waits until it has begun. */
export const pidOf = (task: Pick<TaskDetail, 'directory'>, attempt: number, who: 'runner' | 'agent'): Promise<number> =>
  until(() => {
    const file = fileOf(task, attempt, `${who}.json`);
    return existsSync(file) && Number(/"pid":(\d+)/.exec(readFileSync(file, 'utf8'))?.[1]);
  });

/** Everything that carries the mark of a task: the agent and whatever it started. */
export const markedBy = ({ id }: Pick<TaskDetail, 'id'>): readonly Process[] => processesWith(`HOLDFAST_MARK=${id}:`);

/** The kinds of its attempts, in their order. */
export const kindsOf = ({ attempts }: TaskDetail): readonly unknown[] => attempts.map(({ kind }) => kind);
