import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { mayLive } from '../domain/task.ts';
import { connect } from '../protocol/client.ts';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { unwritable, writeDurably } from '../system/files.ts';
import { changes } from './changes.ts';
import type { Reading } from './context.ts';
import { subjectOf } from './effects.ts';
import { readersOf } from './handlers/index.ts';
import { prune } from './handlers/prune.ts';
import { refused } from './handlers/refused.ts';
import { driverOn, type Host, tmuxWordsOf } from './host.ts';
import { acquireLock, LockedError } from './lock.ts';
import { lastResortLog } from './log.ts';
import { onlooker } from './onlooker.ts';
import { type Handlers, listen } from './server.ts';
import { storeIn } from './store.ts';
import { watchTasks } from './watch.ts';

/** Bytes that must fit on the disk before we take the lock: it, and the first words of some hundred journals. With less we would be back at once. */
const ROOM_BYTES = 256 * 1024;

/**
 * Takes the lock. Where nothing can be written, it serves what needs no writing, and takes the lock once there is room:
 * agents go on, everybody is told why, and nothing is decided, since nothing could be written down. Without a lock it comes
 * back where it was told to end meanwhile.
 */
export async function lockWhenWritable(host: Host, say: (line: string) => void): Promise<number | undefined> {
  const { stateDir } = host.paths;
  try {
    return await acquireLock(stateDir);
  } catch (error) {
    const problem = problemOf(error, stateDir);
    if (problem === undefined) throw error;
    const refuge = await readOnly(host, problem);
    say(problem);
    return await untilRoom(host, refuge);
  }
}

/** The sentence for everybody, where that is why it failed. */
function problemOf(error: unknown, stateDir: string): string | undefined {
  const why = unwritable(error);
  return why === undefined
    ? undefined
    : `nothing can be written to ${stateDir} (${why}): agents go on, and nothing new is accepted until that is mended`;
}

async function untilRoom({ paths: { stateDir }, live }: Host, refuge: Refuge): Promise<number | undefined> {
  for (;;) {
    await refuge.look();
    await pause(live.now.tickSeconds * 1000, undefined, { signal: refuge.ended }).catch(() => undefined);
    if (refuge.ended.aborted) return void (await refuge.close());
    try {
      await needRoom(join(stateDir, '.room'));
      const epoch = await acquireLock(stateDir);
      await refuge.close();
      return epoch;
    } catch (error) {
      // Not where somebody else is in charge by now: we leave, and close nothing, since that would take his socket away.
      if (problemOf(error, stateDir) === undefined) throw error;
    }
  }
}

async function needRoom(path: string): Promise<void> {
  try {
    await writeDurably(path, Buffer.alloc(ROOM_BYTES));
  } finally {
    for (const each of [path, `${path}.tmp`]) await rm(each, { force: true }).catch(() => undefined); // as far as a sick disk lets us
  }
}

/** What is served meanwhile. */
interface Refuge {
  readonly look: () => Promise<void>;
  /** Aborted when somebody wants the daemon to end. */
  readonly ended: AbortSignal;
  readonly close: () => Promise<void>;
}

/** A daemon that looks and answers, and no more: it holds no lock, so it must not decide or change anything. */
async function readOnly(host: Host, problem: string): Promise<Refuge> {
  const { paths, live, panes, manager } = host;
  const log = lastResortLog(paths.logFile, host.logLevel);
  const store = storeIn(paths.stateDir, host.version);
  const { tasks, quarantined } = await store.peek();
  const changed = changes();
  const files = watchTasks(
    () => undefined,
    () => undefined,
  );
  const driver = driverOn(host, { store, scripts: { runner: '', hook: '' }, hint: () => undefined, files });
  const supervisor = onlooker(tasks, driver);
  const ended = new AbortController();
  const context: Reading = {
    ...host,
    degraded: problem,
    store,
    supervisor,
    driver,
    tmuxWords: await tmuxWordsOf(host).catch(() => ['tmux', '-u', '-L', live.now.tmux.socket]), // its server may be down
    changes: changed,
    quarantined,
    epoch: Number.MAX_SAFE_INTEGER, // everything that is on disk was written before us
    outbox: { records: () => [], sentenceOf: async () => '', notifiers: [], problems: () => [] },
    shutdown: () => ended.abort(),
  };
  const handlers: Handlers = {
    ...readersOf(context),
    ...refused(new Refusal(EXIT.cannotWrite, problem)),
    prune: (params) => prune({ supervisor, driver, store }, params), // to forget makes room
  };
  await nobodyAnswers(paths.socket);
  const listener = await listen(paths.socket, handlers, log).catch((cause: unknown) => {
    throw new Refusal(EXIT.cannotWrite, `${problem}. There is no way to be reached either: ${String(cause)}`, {
      cause,
    });
  });
  const callers = new Set<Socket>();
  listener.on('connection', (caller: Socket) => callers.add(caller.once('close', () => callers.delete(caller))));
  log.warn({ event: 'degraded', tasks: tasks.length }, problem);
  const unheard = (err: unknown) => log.warn({ event: 'manager-unheard', err }, 'systemd-notify failed');
  await manager.ready().catch(unheard);
  const stopWatching = manager.watch(() => true, unheard);

  return {
    look: async () => {
      await panes.refresh();
      for (const held of supervisor.tasks)
        if (mayLive(held.task.phase)) await supervisor.see(held).catch(() => undefined); // it is told why already
    },
    ended: ended.signal,
    close: async () => {
      stopWatching();
      listener.close();
      for (const caller of callers) caller.destroy(); // who waits asks again, and the real daemon answers
      for (const held of supervisor.tasks) driver.release(subjectOf(held));
      files.close();
    },
  };
}

/** Without a lock the socket alone tells whether there is another one like us. */
async function nobodyAnswers(socket: string): Promise<void> {
  const other = await connect(socket).catch(() => undefined); // whatever that is, it does not answer
  if (!other) return;
  other.close();
  throw new LockedError(`another daemon answers on ${socket}`);
}
