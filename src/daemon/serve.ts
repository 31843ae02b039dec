import type { Server } from 'node:net';
import type { Daemon } from './assemble.ts';
import { handlersOf } from './handlers/index.ts';
import { boundHeap } from './heap.ts';
import type { Log } from './log.ts';
import { heartbeats } from './outbox/heartbeats.ts';
import { listen } from './server.ts';
import { endLeftAlive, goOn, type TakenOver } from './take-over.ts';
import { awhile, ticking } from './ticking.ts';
import { watchSettings } from './watch-settings.ts';

/**
 * Every third tick asks which panes there are. A runner that dies ends its FIFO, which the tick asks; a look at any task that is
 * not calm asks tmux itself where the last list is old. What a list costs is half of a tick over tasks that are calm.
 */
const CALM_TICKS = 2.5;

/** A launch may take one minute and a half, and no tick waits for it: only where nothing at all ends for longer there is no sign of life. */
const STILL_MS = 120_000;

/** Listens, goes on with the tasks of an earlier daemon, and ticks until it is told to end. */
export async function serve(daemon: Daemon, taken: TakenOver): Promise<void> {
  const { host, log, outbox, supervisor, watch } = daemon;
  const { live, manager } = host;
  const stopWatchingSettings = followSettings(daemon);
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  process.on('SIGTERM', end).on('SIGINT', end);
  const listener = await open(daemon, taken, end);
  const unheard = (err: unknown) => log.warn({ event: 'manager-unheard', err }, 'systemd-notify failed');
  await manager.ready().catch(unheard);

  let signAt = performance.now();
  const sign = () => {
    if (supervisor.stillMs < STILL_MS) signAt = performance.now();
  };
  const tickMs = () => live.now.tickSeconds * 1000;
  // From here on, for taking over a fleet may outlast the period of the watchdog: each task that is taken over is a sign of life.
  const stopWatching = manager.watch((periodMs) => performance.now() - signAt < tickMs() + periodMs, unheard);
  await awhile(goOn(daemon, taken, sign), tickMs());
  endLeftAlive(daemon);
  const stopTicking = ticking(
    tickMs,
    tickOf(daemon, tickMs),
    () => {
      sign();
      taken.status.touch(); // a task that was forgotten is no change of a task
    },
    (err) => log.error({ event: 'tick-failed', err }, 'a tick failed'),
  );

  await ended;
  stopWatching();
  log.info({ event: 'ending' }, 'agents go on without the daemon');
  stopTicking();
  listener.close();
  await outbox.close();
  await taken.status.close();
  watch.close();
  await stopWatchingSettings();
}

/** Reads the settings anew after a change of the file or a SIGHUP. Comes back with what ends that. */
function followSettings({ host: { live, paths }, log }: Daemon): () => Promise<void> {
  const reload = (why: string) => {
    try {
      log.info({ event: 'reloaded', ...live.reload() }, `settings read anew after ${why}`);
    } catch (err) {
      log.warn({ event: 'bad-settings', err }, 'the last good settings stay in use');
    }
  };
  process.on('SIGHUP', () => reload('a signal'));
  return watchSettings(paths.configFile, () => reload('a change of the file'));
}

/** Answers on the socket from now on. */
async function open(daemon: Daemon, { tasks, quarantined }: TakenOver, shutdown: () => void): Promise<Server> {
  const { host, epoch, log } = daemon;
  const handlers = handlersOf({ ...host, ...daemon, settings: host.live.now, quarantined, shutdown });
  const listener = await listen(host.paths.socket, handlers, log);
  boundHeap(); // not before: what is read until here stays, and to look through it again and again is a tenth of a boot
  log.info({ event: 'listening', epoch, tasks: tasks.length, ms: Date.now() - host.startedAt }, 'ready');
  return listener;
}

/** What is done at each tick. */
function tickOf({ host, log, store, outbox, supervisor }: Daemon, tickMs: () => number): () => Promise<void> {
  const { live, panes } = host;
  const beats = heartbeats(outbox, () => live.now.notify.heartbeatSeconds * 1000, Date.now);
  const tellExhausted = exhaustionTold(log);
  return async () => {
    outbox.pump();
    await panes.refresh(CALM_TICKS * tickMs());
    tellExhausted(panes.exhausted());
    await supervisor.tick(tickMs());
    beats.beat(supervisor.tasks);
    void store // nothing waits for it
      .digest(supervisor.tasks)
      .catch((err: unknown) => log.info({ event: 'digest-unwritten', err }, 'the next start takes longer'));
  };
}

/** Tells the log when no process can be started any more, and when one can again. */
function exhaustionTold(log: Log): (why: string | undefined) => void {
  let told: string | undefined;
  return (why) => {
    if (why === told) return;
    told = why;
    if (why === undefined) log.info({ event: 'recovered' }, 'processes can be started again');
    else log.warn({ event: 'exhausted' }, why);
  };
}
