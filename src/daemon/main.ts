import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../protocol/exit-codes.ts';
import { signals } from '../signals/index.ts';
import { writeWhereDifferent } from '../system/files.ts';
import { changesSince } from '../system/git.ts';
import { secretOf } from '../system/secret.ts';
import { changes } from './changes.ts';
import { clockJumps } from './clock-jumps.ts';
import { lockWhenWritable } from './degraded.ts';
import { exitCodeFor } from './exit-code.ts';
import { handlersOf } from './handlers/index.ts';
import { boundHeap } from './heap.ts';
import { driverOn, type Host, hostHere, installScripts, tmuxWordsOf } from './host.ts';
import { concludeAll } from './leftovers.ts';
import { releaseLock } from './lock.ts';
import { openLog } from './log.ts';
import { heartbeats } from './outbox/heartbeats.ts';
import { recipientsOf } from './outbox/recipients.ts';
import { openOutbox } from './outbox.ts';
import { glimpseOf } from './rows.ts';
import { listen } from './server.ts';
import { statusFile } from './status-file.ts';
import { openStore } from './store.ts';
import { Supervisor } from './supervisor.ts';
import { survey } from './survey.ts';
import { awhile, ticking } from './ticking.ts';
import { tmuxConfig } from './tmux-config.ts';
import { watchUncaught } from './uncaught.ts';
import { watchTasks } from './watch.ts';
import { watchSettings } from './watch-settings.ts';

/**
 * Every third tick asks which panes there are. A runner that dies ends its FIFO, which the tick asks; a look at any task that is
 * not calm asks tmux itself where the last list is old. What a list costs is half of a tick over tasks that are calm.
 */
const CALM_TICKS = 2.5;

/** A launch may take one minute and a half, and no tick waits for it: only where nothing at all ends for longer there is no sign of life. */
const STILL_MS = 120_000;

/** Becomes the only daemon of the state directory, for as long as it serves. */
async function run(): Promise<void> {
  const host = await hostHere();
  const epoch = await lockWhenWritable(host, say);
  if (epoch === undefined) process.exit(EXIT.ok); // told to end before it was in charge
  try {
    await serve(host, epoch);
  } finally {
    await releaseLock(host.paths.stateDir, epoch).catch(() => undefined); // as after a death, then: only a new host name is held off
  }
  process.exit(EXIT.ok);
}

/** Builds everything, takes over the tasks of an earlier daemon, listens, and ticks until it is told to end. */
async function serve(host: Host, epoch: number): Promise<void> {
  const { paths, live, environment, panes, manager } = host;
  const settings = live.now;
  const log = openLog(paths.logFile, process.env.HOLDFAST_LOG_LEVEL ?? 'info');
  watchUncaught(log);

  await writeWhereDifferent(host.tmuxConfigFile, tmuxConfig);
  await host.server.ensure();
  const tmuxWords = await tmuxWordsOf(host);

  const store = await openStore(paths.stateDir, host.version);
  const changed = changes();
  // Hints save time and prove nothing. Without them the tick alone must find everything: a test switches them off.
  const hint = process.env.HOLDFAST_HINTS === 'off' ? () => undefined : (id: string) => supervisor.hint(id);
  const watch = watchTasks(hint, (err) =>
    log.warn({ event: 'unwatched', err }, 'files cannot be watched: what happens is seen at the tick'),
  );
  const driver = driverOn(host, { store, scripts: await installScripts(paths.stateDir), hint, files: watch });
  // OpenClaw's mark of a child of its `exec` must reach its own CLI: taking it off would be a trick.
  const mark = process.env.OPENCLAW_SHELL === undefined ? {} : { OPENCLAW_SHELL: process.env.OPENCLAW_SHELL };
  const reach = { env: { ...environment, ...mark }, secret: (reference: string) => secretOf(reference, process.env) };
  const outbox = await openOutbox({
    directory: join(paths.stateDir, 'outbox'),
    recipients: recipientsOf(settings.notify, reach),
    epoch,
    now: Date.now,
    log,
  });
  live.follow((keys) => {
    if (keys.some((key) => key.startsWith('notify.'))) outbox.readdress(recipientsOf(settings.notify, reach));
  });
  const supervisor: Supervisor = new Supervisor({
    driver,
    signals,
    epoch,
    environment,
    survey: (held) => survey(held, environment),
    changes: async ({ spec }) => spec.gitHead && (await changesSince(spec.cwd, environment, spec.gitHead)),
    get maxConcurrent() {
      return settings.maxConcurrent; // it may change
    },
    now: Date.now,
    clockJump: clockJumps(Date.now, () => performance.now()),
    log,
    changed: () => {
      changed.announce();
      status.touch();
    },
    tell: outbox.tell,
  });

  const { tasks, quarantined } = await store.load();
  for (const { id, why } of quarantined) log.error({ event: 'quarantined', task: id }, why);
  for (const held of tasks) supervisor.add(held);
  await outbox.recover(tasks.map((held) => ({ held, step: held.found })));
  const status = statusFile(
    join(paths.stateDir, 'status.json'),
    () => supervisor.tasks.map((held) => ({ state: held.task.phase.state, row: () => glimpseOf(held) })),
    (err) => log.warn({ event: 'status-unwritten', err }, 'status.json could not be written'),
  );

  const reload = (why: string) => {
    try {
      log.info({ event: 'reloaded', ...live.reload() }, `settings read anew after ${why}`);
    } catch (err) {
      log.warn({ event: 'bad-settings', err }, 'the last good settings stay in use');
    }
  };
  const stopWatchingSettings = watchSettings(paths.configFile, () => reload('a change of the file'));
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  process
    .on('SIGTERM', end)
    .on('SIGINT', end)
    .on('SIGHUP', () => reload('a signal'));
  const handlers = handlersOf({
    ...host,
    settings,
    store,
    supervisor,
    driver,
    tmuxWords,
    changes: changed,
    quarantined,
    epoch,
    outbox,
    shutdown: end,
  });
  const listener = await listen(paths.socket, handlers, log);
  boundHeap(); // not before: what is read until here stays, and to look through it again and again is a tenth of a boot
  log.info({ event: 'listening', epoch, tasks: tasks.length, ms: Date.now() - host.startedAt }, 'ready');
  const unheard = (err: unknown) => log.warn({ event: 'manager-unheard', err }, 'systemd-notify failed');
  await manager.ready().catch(unheard);

  const tickMs = () => settings.tickSeconds * 1000;
  let signAt = performance.now();
  const sign = () => {
    if (supervisor.stillMs < STILL_MS) signAt = performance.now();
  };
  // From here on, for taking over a fleet may outlast the period of the watchdog: each task that is taken over is a sign of life.
  const stopWatching = manager.watch((periodMs) => performance.now() - signAt < tickMs() + periodMs, unheard);

  const beats = heartbeats(outbox, () => settings.notify.heartbeatSeconds * 1000, Date.now);
  await panes.refresh();
  const takeovers = tasks.map((held) =>
    supervisor
      .readopt(held)
      .catch((err: unknown) => log.error({ err, task: held.spec.id }, 'cannot be taken over'))
      .finally(sign),
  );
  await awhile(Promise.all(takeovers), tickMs());
  void concludeAll(supervisor, driver).catch((err: unknown) =>
    log.error({ event: 'left-alive', err }, 'what ended tasks have left alive could not be ended'),
  );
  const stopTicking = ticking(
    tickMs,
    async () => {
      outbox.pump();
      await panes.refresh(CALM_TICKS * tickMs());
      await supervisor.tick(tickMs());
      beats.beat(supervisor.tasks);
      void store // nothing waits for it
        .digest(supervisor.tasks)
        .catch((err: unknown) => log.info({ event: 'digest-unwritten', err }, 'the next start takes longer'));
    },
    () => {
      sign();
      status.touch(); // a task that was forgotten is no change of a task
    },
    (err) => log.error({ event: 'tick-failed', err }, 'a tick failed'),
  );

  await ended;
  stopWatching();
  log.info({ event: 'ending' }, 'agents go on without the daemon');
  stopTicking();
  listener.close();
  await outbox.close();
  await status.close();
  watch.close();
  await stopWatchingSettings();
}

/** One line: who started us repeats the last. A full disk may not even take that, and `process.stderr` would end us for it. */
function say(line: string): void {
  try {
    writeSync(process.stderr.fd, `holdfast daemon: ${line.replace(/\s*\n\s*/g, ' ')}\n`);
  } catch {
    // the exit code says it, and every answer
  }
}

run().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exit(exitCodeFor(error));
});
