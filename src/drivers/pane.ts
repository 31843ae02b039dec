import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type DriverName, type Launch, type Order, readerOf } from '../domain/agent.ts';
import { type Driver, LaunchError, type Plan, type Subject } from '../domain/driver.ts';
import type { Happening } from '../domain/happening.ts';
import type { Observation } from '../domain/observation.ts';
import type { Spec } from '../domain/task.ts';
import { shareOf } from '../domain/usage.ts';
import { writeDurably } from '../system/files.ts';
import type { PaneList } from '../system/panes.ts';
import { which } from '../system/which.ts';
import { attemptFiles, readAttempt, readHost } from './attempt.ts';
import { askToEnd, clearEarlier, endAttempt, endTools, treeOf } from './ending.ts';
import { scriptText } from './launch-script.ts';
import { planOf } from './plan.ts';
import { keepScreen, screenOf } from './screen.ts';
import { type Company, openSession, type SessionHost, sayTo } from './session.ts';
import { type FileWatch, watches } from './watches.ts';
import { witness } from './witness.ts';

/** What drivers are built from; everything here is fixed for the life of the daemon. */
export interface PaneHost extends SessionHost {
  /** What every agent inherits, before its task's own variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** The variables that the operator named for this task. */
  readonly environmentOf: (subject: Subject) => Promise<Readonly<Record<string, string>>>;
  readonly umask: number;
  /** Why no agent may work in this directory, or at this level, by what the operator wants now; nothing where one may. */
  readonly forbidden: (spec: Spec) => Promise<string | undefined>;
  /** Something may have happened to this task: look soon. */
  readonly hint: (taskId: string) => void;
  readonly files: FileWatch;
}

/** An order with what the agent will find in its environment. */
type LaunchOrder = Order & { readonly env: Readonly<Record<string, string>> };

/** What one way of running an agent in a pane has of its own. */
export interface Manner extends Company {
  readonly driver: DriverName;
  /** The words that begin a conversation, or go on with one. `prompt` is a file; `stdin` names what is to be its standard input, where that is not the terminal. */
  readonly launch: (
    subject: Subject,
    order: LaunchOrder,
    prompt: string,
    conversation: string | undefined,
  ) => Promise<Launch & { readonly stdin?: string }>;
}

/** A tmux server that is told to end takes less than this from the end of its sessions to its own. */
const DYING_SERVER_MS = 50;
/** So long is one asked that does not say which panes there are, before the runner is called what was killed. */
const UNCLEAR_MS = 1000;

/** So old may a list of panes be for a look at a task that has not ended: while all are calm, it is not renewed at every tick. */
const BELIEVED_MS = 5000;

/** Runs an agent in a pane in some manner: its prompt in a file, its events in a file, a runner that records the end. */
export function paneDriver(host: PaneHost, manner: Manner): Driver {
  const watched = watches(host.hint, host.files, ({ agent }) => readerOf(agent, manner.driver));

  const observe = async (subject: Subject): Promise<Observation> => {
    const { task, dir } = subject;
    const { runner, log } = watched.of(subject);
    const { runner: alive, record } = await witness(
      runner,
      () => readAttempt(dir, task.attempt),
      () => askAgain(host.panes),
    );
    // An exit record speaks for itself, and waits for nobody. What else is said of a pane is of these seconds.
    if (!record.exit) await host.panes.refresh(BELIEVED_MS);
    const { progress, lastSignAt } = await log.look(); // after the record: with it, all of them are there
    const launched = readHost(dir, task.attempt);
    return {
      at: Date.now(),
      attempt: task.attempt,
      ...record,
      runner: alive,
      pane: paneState(host.panes.latest(), subject, launched?.server),
      progress,
      ...(lastSignAt === undefined ? {} : { lastSignAt }),
      rebooted: launched !== undefined && launched.boot !== host.bootId,
    };
  };

  const isCalm = (subject: Subject): boolean =>
    paneState(host.panes.latest(), subject) === 'alive' && watched.isCalm(subject);

  const plan = (subject: Subject): Promise<Plan> =>
    planOf(subject, orderOf(subject), async () => {
      const env = await agentEnvironment(subject);
      return { bin: await binary(subject, env), env, cwd: subject.spec.cwd };
    });

  const launch = async (subject: Subject, { kind, conversation }: Plan, words?: string | Uint8Array): Promise<void> => {
    const { spec, task, dir } = subject;
    const files = attemptFiles(dir, task.attempt);
    await mustStillBeAgreed(spec, host);
    const inherited = await agentEnvironment(subject);
    const order = { ...orderOf(subject), env: inherited };
    const resume = kind === 'resume' && conversation !== undefined;
    const prompt = words === undefined ? join(dir, 'prompt.md') : files.continuation;
    const { args, env, stdin } = await manner.launch(subject, order, prompt, resume ? conversation : undefined);
    const environment = { ...inherited, ...env };
    const bin = await binary(subject, environment);
    await clearEarlier(subject);
    await mkdir(join(dir, 'launch'), { recursive: true, mode: 0o700 });
    const text = scriptText({
      cwd: spec.cwd,
      umask: host.umask,
      ...(stdin === undefined ? {} : { stdin }),
      env: environment,
      argv: [...bin, ...args],
    });
    if (words !== undefined) await writeDurably(files.continuation, words);
    await writeDurably(files.order, text);
    await writeDurably(files.nonce, `${spec.chosenId.slice(0, 8)}-${task.attempt}\n`);
    await watched.begin(subject, host.environment);
    await keepScreen(host, subject, task.attempt - 1);
    await openSession(host, subject, { ...manner, kind: resume ? 'resume' : 'fresh' });
  };

  const reap = async (subject: Subject): Promise<Happening | undefined> =>
    (await endAttempt(subject)) ? await provedDead(subject) : undefined;

  const provedDead = async (subject: Subject): Promise<Happening> => {
    const { at, attempt, bornAt, lastSignAt, rebooted, progress } = await observe(subject);
    const livedMs = bornAt === undefined ? 0 : Math.max(0, (lastSignAt ?? at) - bornAt);
    return { type: 'provedDead', attempt, rebooted, livedMs, used: shareOf(progress, livedMs) };
  };

  const terminate = async (subject: Subject): Promise<Happening | undefined> =>
    (await askToEnd(subject)) ? undefined : await reap(subject);

  const reconcile = async (subject: Subject): Promise<Happening | undefined> => {
    const { claim, runner, exit, bornAt, attempt } = await observe(subject);
    if (claim === 'none') return { type: 'neverClaimed', attempt };
    if (exit) return undefined; // the exit record speaks for itself
    if (runner === 'alive' && bornAt !== undefined && subject.task.phase.state === 'lost' && !isHung(subject)) {
      return { type: 'foundAlive', attempt, bornAt };
    }
    return await reap(subject);
  };

  const agentEnvironment = async (subject: Subject): Promise<Record<string, string>> => ({
    ...host.environment,
    TERM: 'xterm-256color',
    ...(await host.environmentOf(subject)),
    HOLDFAST_STATE_DIR: dirname(dirname(subject.dir)), // for `holdfast progress`
    HOLDFAST_TASK: subject.spec.id,
    HOLDFAST_ATTEMPT: String(subject.task.attempt),
    HOLDFAST_MARK: `${subject.spec.id}:${subject.task.attempt}`,
  });

  return {
    observe,
    isCalm,
    obstacle: async () => {
      await host.panes.refresh();
      return host.panes.exhausted();
    },
    examine: async (subject) => ({ tree: await treeOf(subject) }),
    plan,
    launch,
    terminate,
    reap,
    reconcile,
    say: (subject, words) => sayTo(host, subject, words),
    close: async (subject) => {
      watched.end(subject);
      await host.tmux.killSession(subject.spec.session, subject.spec.id);
    },
    finish: async (subject) => {
      try {
        await keepScreen(host, subject, subject.task.attempt);
      } finally {
        watched.end(subject);
        if (!isSpared(subject)) await endTools(subject);
      }
    },
    keepScreen: (subject) => keepScreen(host, subject, subject.task.attempt),
    screen: (subject) => screenOf(host, subject),
    isShown: async ({ spec }) => {
      await host.panes.refresh();
      return host.panes.latest()?.byMark.has(spec.id);
    },
    release: watched.end,
  };
}

/** A success may have left a server running, and be asked for it: `stop` ends that. */
const isSpared = ({ task }: Subject): boolean => task.phase.state === 'succeeded';

const isHung = ({ task }: Subject): boolean => task.phase.state === 'lost' && task.phase.cause === 'hung';

const orderOf = ({ spec, dir }: Subject): Order => ({
  cwd: spec.cwd,
  taskDir: dir,
  permissions: spec.permissions,
  chosenId: spec.chosenId,
  ...(spec.model === undefined ? {} : { model: spec.model }),
});

async function binary({ agent }: Subject, env: Record<string, string>): Promise<readonly [string, ...string[]]> {
  if (typeof agent.bin !== 'string') return agent.bin;
  const found = await which(agent.bin, env.PATH ?? '');
  if (found !== undefined) return [found];
  throw new LaunchError(`${agent.bin} is not on the PATH (${env.PATH ?? 'empty'}): ${agent.install}`, {
    permanent: true,
  });
}

/** What was agreed upon still holds: the directory, and not what somebody has put in its place since, and the level. */
async function mustStillBeAgreed(spec: Spec, { forbidden }: Pick<PaneHost, 'forbidden'>): Promise<void> {
  const { cwd } = spec;
  const [found, real] = await Promise.all([stat(cwd), realpath(cwd)]).catch(() => []);
  if (!found?.isDirectory()) throw new LaunchError(`${cwd} is not a directory any more`, { permanent: true });
  const why = real === cwd ? await forbidden(spec) : `${cwd} leads to ${real} now, and that was not agreed upon`;
  if (why !== undefined) throw new LaunchError(why, { permanent: true });
}

/** What killed a runner? The last list may be older than its death, and `kill-server` ends sessions a moment before itself. */
async function askAgain(panes: SessionHost['panes']): Promise<void> {
  await panes.refresh();
  const patience = performance.now() + UNCLEAR_MS;
  do {
    await pause(DYING_SERVER_MS);
    await panes.refresh();
  } while (!panes.latest() && performance.now() < patience); // "server exited unexpectedly": it may be ending
}

function paneState(panes: PaneList | undefined, { spec }: Subject, server = panes?.server): Observation['pane'] {
  if (!panes) return 'unknown';
  if (panes.server === undefined || panes.server !== server) return 'other-server';
  const pane = panes.byMark.get(spec.id);
  if (!pane) return 'missing';
  return pane.dead ? 'dead' : 'alive';
}
