import { setTimeout as pause } from 'node:timers/promises';
import { LaunchError, type Plan, type Subject } from '../domain/driver.ts';
import { ExhaustedError } from '../system/command.ts';
import { writeDurably } from '../system/files.ts';
import type { Panes } from '../system/panes.ts';
import type { NewSession, Pane, Tmux } from '../system/tmux.ts';
import { TmuxError } from '../system/tmux.ts';
import type { TmuxServer } from '../system/tmux-server.ts';
import { attemptFiles } from './attempt.ts';

/** What is needed to put a runner into a pane. */
export interface SessionHost {
  readonly tmux: Tmux;
  readonly panes: Panes;
  readonly bootId: string;
  readonly server: TmuxServer;
  readonly runnerScript: string;
}

/** What stands beside an agent in its pane. */
export interface Company {
  /** Does the agent have the terminal of the pane? Else what it prints is its events. */
  readonly terminal: boolean;
  /** The words that run the program beside it; the agent's id, the kind of the launch and the attempt's directory follow. */
  readonly companion: readonly string[];
}

/** Applications need a moment between a paste and the key that submits it. */
const PASTE_SETTLES_MS = 300;

/** Starts the runner of the present attempt: in the task's own pane where there is one, so that the operator's view stays. */
export async function openSession(
  host: SessionHost,
  subject: Subject,
  company: Company & Pick<Plan, 'kind'>,
): Promise<void> {
  const { tmux } = host;
  const { spec, task, dir } = subject;
  const argv = runnerWords(host, subject, company);
  try {
    await host.server.ensure();
    host.panes.outdate(); // what is under way may have been asked of the server before, or of none
    const pane = await paneOf(host, spec.id);
    const server = host.panes.latest()?.server;
    if (server === undefined) throw new LaunchError('the tmux server has died again', { permanent: false });
    const launched = { boot: host.bootId, server };
    await writeDurably(attemptFiles(dir, task.attempt).host, `${JSON.stringify(launched)}\n`);
    if (pane) await tmux.respawn(pane.id, spec.cwd, argv);
    else await openPane(tmux, { name: spec.session, mark: spec.id, cwd: spec.cwd, argv });
  } catch (error) {
    if (!(error instanceof TmuxError)) throw error;
    const permanent = error.kind === 'duplicate' || error.kind === 'missing';
    const way =
      error.kind === 'duplicate'
        ? `; end it with: ${host.tmux.command.slice(0, 4).join(' ')} kill-session -t =${spec.session}`
        : '';
    throw new LaunchError(`${error.message}${way}`, { permanent, cause: error });
  } finally {
    host.panes.outdate(); // a pane that was dead or missing is not what this attempt is judged by
  }
}

/** A session of ours stands without our pane where somebody has split its window and closed the wrong half. What a person has made under that name stays theirs. */
async function openPane(tmux: Tmux, session: NewSession): Promise<void> {
  try {
    await tmux.newSession(session);
  } catch (error) {
    const taken = error instanceof TmuxError && error.kind === 'duplicate';
    if (!taken || (await tmux.markOf(session.name)) !== session.mark) throw error;
    await tmux.newWindow(session);
  }
}

/** The runner gets an empty environment: nothing of the tmux server's reaches the agent, and no secret stands in an argv. */
const runnerWords = (
  { runnerScript }: SessionHost,
  { spec, task, dir }: Subject,
  { terminal, companion, kind }: Company & Pick<Plan, 'kind'>,
): [string, string, ...string[]] => [
  '/usr/bin/env',
  '-i',
  'PATH=/usr/local/bin:/usr/bin:/bin',
  'LANG=C.UTF-8',
  'TERM=tmux-256color',
  'sh',
  runnerScript,
  ...(terminal ? ['--terminal'] : []),
  dir,
  String(task.attempt),
  ...companion,
  spec.agent,
  kind,
];

/** The pane that we made for this task, wherever an operator may have moved it. */
export async function paneOf({ panes }: Pick<SessionHost, 'panes'>, mark: string): Promise<Pane | undefined> {
  await panes.refresh();
  const list = panes.latest();
  if (list) return list.byMark.get(mark);
  const why = panes.exhausted();
  if (why !== undefined) throw new ExhaustedError(why);
  throw new LaunchError('tmux does not say which panes there are', { permanent: false });
}

/** What was typed in part: whatever kept the rest away, who asked again would type it twice. */
export function halfTyped(done: string, { session }: Subject['spec'], cause: unknown): LaunchError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LaunchError(`${done}: look at the session ${session} (${why})`, { permanent: true, cause });
}

/** Types into the session. A paste that fails half-way is reported, never repeated. */
export async function sayTo(
  host: SessionHost,
  { spec }: Subject,
  words: { readonly text: string } | { readonly keys: readonly string[] },
): Promise<string> {
  const { tmux } = host;
  const pane = await paneOf(host, spec.id);
  if (!pane || pane.dead)
    throw new LaunchError(`the session ${spec.session} has no living pane to type into`, { permanent: true });
  if (pane.inMode) await tmux.leaveMode(pane.id);
  if ('keys' in words) {
    await tmux.keys(pane.id, words.keys);
    return `pressed ${words.keys.join(' ')}`;
  }
  await tmux.paste(pane.id, words.text);
  await pause(PASTE_SETTLES_MS);
  await tmux.keys(pane.id, ['Enter']).catch((cause: unknown) => {
    throw halfTyped('the text was pasted, but Enter was not pressed', spec, cause);
  });
  return `typed ${Buffer.byteLength(words.text)} bytes and Enter`;
}
