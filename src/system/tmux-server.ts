import { setTimeout as pause } from 'node:timers/promises';
import { readJson, unwritable, writeWhereDifferent } from './files.ts';
import { bootId, type Identity, lives, signal, startOf } from './processes.ts';
import { type Tmux, TmuxError } from './tmux.ts';
import { takeTurns } from './turns.ts';

/** The server of this name is kept by somebody else. */
export class ForeignServerError extends Error {
  override readonly name = 'ForeignServerError';
}

/** A tmux server that we keep: one, ours alone, known again after a restart of ours. */
export interface TmuxServer {
  /** Starts it where it does not run; brings its socket back where only that is gone. */
  readonly ensure: () => Promise<void>;
}

const KEEPER = '_keeper';
const OWNER = 'holdfast-owner';
const REVIVAL_MS = 2000;

/** What a server of ours is known by, and started under. */
export interface ServerPlace {
  /** A file of ours for the server's process. */
  readonly record: string;
  /** A text that nobody else uses for a server. */
  readonly owner: string;
  /** The words before the command that starts it; where they fail it is started without. */
  readonly under: () => readonly string[];
}

/** Keeps the server of `tmux` at this place. */
export function tmuxServer(tmux: Tmux, { record, owner, under }: ServerPlace): TmuxServer {
  const begin = async (): Promise<void> => {
    const words = under();
    if (words.length === 0) return await tmux.startServer(KEEPER);
    await tmux.startServer(KEEPER, words).catch(() => tmux.startServer(KEEPER)); // in our own cgroup rather than not at all
  };

  const start = async (): Promise<void> => {
    const before = identity(await readJson(record));
    if (before && lives(before) && (await revive(tmux, before))) return;
    await begin();
    await own();
  };

  const own = async (): Promise<void> => {
    const other = await tmux.recall(OWNER);
    if (other !== '' && other !== owner) {
      throw new ForeignServerError(
        `the tmux server of "${tmux.command.join(' ')}" belongs to ${other}: name another socket`,
      );
    }
    await tmux.remember(OWNER, owner);
    const { pid } = await tmux.server();
    await writeWhereDifferent(record, JSON.stringify({ pid, start: startOf(pid), boot: bootId() })).catch(
      (error: unknown) => {
        if (unwritable(error) === undefined) throw error; // an old record names a dead server, which is as good as none
      },
    );
  };

  let known = false;
  const ensure = async (): Promise<void> => {
    try {
      if (!(await tmux.hasSession(KEEPER))) await begin();
      if (!known) await own();
    } catch (error) {
      if (!(error instanceof TmuxError) || error.kind !== 'no-server') throw error;
      await start();
    }
    known = true;
  };
  const turns = takeTurns(1); // a fleet that comes back asks all at once, and one start is enough
  return { ensure: () => turns(ensure) };
}

/**
 * A cleaner of /tmp may take the socket of a server that lives; a new one beside it would be a second world with the same
 * names. SIGUSR1 makes the old one put its socket back (3.3a to 3.7c).
 */
async function revive(tmux: Tmux, server: Identity): Promise<boolean> {
  signal(server, 'SIGUSR1');
  for (const until = performance.now() + REVIVAL_MS; performance.now() < until; await pause(50)) {
    if (await tmux.hasSession(KEEPER).catch(() => false)) return true;
  }
  return false;
}

/** Nobody where the machine was started again since: pids and their start times begin anew then. Earlier versions did not write of that. */
function identity(value: unknown): Identity | undefined {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('start' in value)) return undefined;
  if ('boot' in value && value.boot !== bootId()) return undefined;
  const { pid, start } = value;
  return typeof pid === 'number' && typeof start === 'string' ? { pid, start } : undefined;
}
