import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../protocol/client.ts';
import { ConnectionLost } from '../../protocol/errors.ts';
import type { Result, TaskDetail } from '../../protocol/methods.ts';
import type { ThrowawayHome } from '../demo/home.ts';

/** Where faults are tried: a home with a daemon of its own. */
export interface Ground {
  readonly home: ThrowawayHome;
  /** A connection of one's own; starts the daemon where it is missing. */
  readonly reach: () => Promise<Connection>;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

/** One line of a task's history. */
export type Line = Result<'explain'>['history'][number];

/** A demo task on which a fault is tried, and the ways to look at it. */
export interface Trial {
  readonly task: TaskDetail;
  readonly show: () => Promise<TaskDetail>;
  readonly history: () => Promise<readonly Line[]>;
  /** Waits for a file that the script makes. */
  readonly sees: (suffix: string) => Promise<void>;
  /** Makes the file that the script waits for. */
  readonly go: () => void;
  /** What the script's steps have written. */
  readonly log: () => string;
  readonly pid: (who: 'agent' | 'runner') => Promise<number>;
  /** When the runner recorded the end of this attempt, epoch ms. */
  readonly exitedAt: (attempt: number) => Promise<number>;
  /** Waits until the history tells of one of these, no earlier than `from` (epoch ms). */
  readonly happened: (from: number, ...types: readonly string[]) => Promise<Line & { readonly ms: number }>;
  readonly end: () => Promise<TaskDetail>;
}

/** Times come from the journal, so a coarse look costs no precision, and the daemon is not kept from its work. */
const POLL_MS = 60;
const LIMIT_MS = 30_000;
const FINAL: readonly string[] = ['succeeded', 'failed', 'gave-up', 'cancelled'];

/** Starts a task of this name. `NAME` in its script stands for the name. */
export async function begin({ home, reach, signal }: Ground, name: string, script: readonly string[]): Promise<Trial> {
  const prompt = `${script.join('\n').replaceAll('NAME', name)}\n`;
  const { task } = await (await reach()).call('start', { agent: 'demo', name, cwd: home.work, prompt });
  if (task === undefined) throw new Error('the daemon accepted the task without saying which');
  const { id } = task;
  const inWork = (suffix: string): string => join(home.work, `${name}.${suffix}`);
  const inAttempt = (attempt: number, file: string): string => join(task.directory, 'attempts', String(attempt), file);

  const until = async <T>(what: string, fact: () => T | undefined | Promise<T | undefined>): Promise<T> => {
    for (const deadline = Date.now() + LIMIT_MS; Date.now() < deadline; ) {
      const found = await fact();
      if (found !== undefined) return found;
      await sleep(POLL_MS, undefined, { signal });
    }
    throw new Error(`${what}: not within ${LIMIT_MS / 1000} s`);
  };
  let daemon = await reach();
  /** The daemon may be killed under us: then there is soon another one. */
  const ask = async <T>(question: (connection: Connection) => Promise<T>): Promise<T> => {
    for (const deadline = Date.now() + LIMIT_MS; ; ) {
      try {
        return await question(daemon);
      } catch (error) {
        if (!(error instanceof ConnectionLost) || Date.now() > deadline) throw error;
      }
      await sleep(POLL_MS, undefined, { signal });
      daemon = await reach();
    }
  };
  const show = async (): Promise<TaskDetail> => (await ask((it) => it.call('show', { task: id }))).task;
  const history = async (): Promise<readonly Line[]> => (await ask((it) => it.call('explain', { task: id }))).history;

  return {
    task,
    show,
    history,
    sees: (suffix) => until(`no file ${suffix}`, () => existsSync(inWork(suffix)) || undefined).then(() => undefined),
    go: () => writeFileSync(inWork('go'), ''),
    log: () => (existsSync(inWork('log')) ? readFileSync(inWork('log'), 'utf8') : ''),
    pid: (who) => until(`no ${who}`, () => pidIn(inAttempt(1, `${who}.json`))),
    exitedAt: (attempt) => until('no exit record', () => recordedAt(inAttempt(attempt, 'exit.json'))),
    happened: (from, ...types) =>
      until(`the history does not tell of ${types.join(' or ')}`, async () =>
        (await history())
          .map((line) => ({ ...line, ms: Date.parse(line.at) }))
          .find(({ happening, ms }) => types.includes(happening) && ms >= Math.floor(from)),
      ),
    end: () =>
      until('it is not over', async () => {
        const now = await show();
        return FINAL.includes(now.state) ? now : undefined;
      }),
  };
}

/** When an exit record was written: the room for it is taken, blank, as soon as the attempt begins. */
function recordedAt(file: string): number | undefined {
  const isThere = existsSync(file) && readFileSync(file, 'utf8').trim() !== '';
  return isThere ? statSync(file).mtimeMs : undefined;
}

function pidIn(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(/"pid":(\d+)/.exec(readFileSync(file, 'utf8'))?.[1]);
  return pid > 1 ? pid : undefined;
}

/** Does a process work under this pid? One that is dead and was not waited for yet (a zombie) does nothing any more. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}
