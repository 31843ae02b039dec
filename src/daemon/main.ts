import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printDriver } from '../drivers/print.ts';
import { inheritable } from '../protocol/environment.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { pathsHere } from '../protocol/paths.ts';
import { signals } from '../signals/index.ts';
import { privateDirectory, writeDurably } from '../system/files.ts';
import { panesOf } from '../system/panes.ts';
import { bootId } from '../system/processes.ts';
import { secretOf } from '../system/secret.ts';
import { serviceManager } from '../system/systemd.ts';
import { Tmux } from '../system/tmux.ts';
import { tmuxServer } from '../system/tmux-server.ts';
import { changes } from './changes.ts';
import { directoriesOf } from './directories.ts';
import { exitCodeFor } from './exit-code.ts';
import { handlersOf } from './handlers/index.ts';
import { liveSettings } from './live-settings.ts';
import { acquireLock } from './lock.ts';
import { openLog } from './log.ts';
import { heartbeats } from './outbox/heartbeats.ts';
import { recipientsOf } from './outbox/recipients.ts';
import { openOutbox } from './outbox.ts';
import { rowOf } from './rows.ts';
import { installRunner } from './runner-files.ts';
import { listen } from './server.ts';
import { readSettings } from './settings-file.ts';
import { statusFile } from './status-file.ts';
import { openStore } from './store.ts';
import { Supervisor } from './supervisor.ts';
import { ticking } from './ticking.ts';
import { tmuxConfig } from './tmux-config.ts';
import { watchUncaught } from './uncaught.ts';
import { usableTmux } from './usable-tmux.ts';
import { watchTasks } from './watch.ts';
import { watchSettings } from './watch-settings.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Builds everything, takes over the tasks of an earlier daemon, listens, and ticks until it is told to end. */
async function run(): Promise<void> {
  const startedAt = Date.now();
  const umask = process.umask(0o077);
  const paths = pathsHere();
  await privateDirectory(paths.stateDir);
  await privateDirectory(paths.socketDir);
  const live = liveSettings(() => readSettings(paths.configFile, process.env));
  const settings = live.now;
  const epoch = await acquireLock(paths.stateDir);
  const log = openLog(paths.logFile, process.env.HOLDFAST_LOG_LEVEL ?? 'info');
  watchUncaught(log);

  const environment = inheritable(process.env);
  for (const name of settings.environment.pass)
    if (process.env[name] !== undefined) environment[name] = process.env[name];
  const configFile = join(paths.stateDir, 'tmux.conf');
  await writeDurably(configFile, tmuxConfig);
  const tmuxTmpdir = process.env.TMUX_TMPDIR === undefined ? {} : { TMUX_TMPDIR: process.env.TMUX_TMPDIR };
  const tmux = new Tmux(settings.tmux.socket, configFile, { ...environment, ...tmuxTmpdir });
  const tmuxVersion = await usableTmux(tmux);
  const manager = await serviceManager(process.env, 'holdfast-tmux');
  const record = join(paths.stateDir, 'tmux-server.json');
  const server = tmuxServer(tmux, { record, owner: paths.stateDir, under: manager.scope });
  await server.ensure();
  // by its path where a name alone would lead a person's tmux elsewhere
  const { socket } = await tmux.server();
  const tmuxWords = ['tmux', '-u', ...(process.env.TMUX_TMPDIR ? ['-S', socket] : ['-L', settings.tmux.socket])];

  const store = await openStore(paths.stateDir);
  const changed = changes();
  const panes = panesOf(tmux);
  // Hints save time and prove nothing. Without them the tick alone must find everything: a test switches them off.
  const hint = process.env.HOLDFAST_HINTS === 'off' ? () => undefined : (id: string) => supervisor.hint(id);
  const watch = watchTasks(hint);
  const directories = directoriesOf(paths.stateDir, settings);
  const driver = printDriver({
    tmux,
    server,
    runnerScript: await installRunner(paths.stateDir, here('../runner/runner.sh')),
    view: [process.execPath, here('../runner/view.js')],
    environment,
    environmentOf: store.environmentOf,
    umask,
    forbidden: directories.forbidden,
    bootId: bootId(),
    panes,
    hint,
    files: watch,
  });
  // OpenClaw's mark of a child of its `exec` must reach its own CLI: taking it off would be a trick.
  const mark = process.env.OPENCLAW_SHELL === undefined ? {} : { OPENCLAW_SHELL: process.env.OPENCLAW_SHELL };
  const host = { env: { ...environment, ...mark }, secret: (reference: string) => secretOf(reference, process.env) };
  const outbox = await openOutbox({
    directory: join(paths.stateDir, 'outbox'),
    recipients: recipientsOf(settings.notify, host),
    epoch,
    now: Date.now,
    log,
  });
  const supervisor: Supervisor = new Supervisor({
    driver,
    signals,
    epoch,
    environment,
    get maxConcurrent() {
      return settings.maxConcurrent; // it may change
    },
    now: Date.now,
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
    () => supervisor.tasks.map(rowOf),
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
  const context = {
    paths,
    settings,
    live,
    store,
    supervisor,
    driver,
    tmux,
    tmuxVersion,
    tmuxWords,
    changes: changed,
    directories,
    quarantined,
    epoch,
    outbox,
  };
  const handlers = handlersOf({ ...context, version: await version(), startedAt, environment, shutdown: end });
  const listener = await listen(paths.socket, handlers, log);
  log.info({ event: 'listening', epoch, tasks: tasks.length, ms: Date.now() - startedAt }, 'ready');
  const unheard = (err: unknown) => log.warn({ event: 'manager-unheard', err }, 'systemd-notify failed');
  await manager.ready().catch(unheard);

  const beats = heartbeats(outbox, settings.notify.heartbeatSeconds * 1000, Date.now);
  await panes.refresh();
  await Promise.all(
    tasks.map((held) =>
      supervisor.readopt(held).catch((err: unknown) => log.error({ err, task: held.spec.id }, 'cannot be taken over')),
    ),
  );
  let tickedAt = performance.now();
  const tickMs = () => settings.tickSeconds * 1000;
  const stopTicking = ticking(
    tickMs,
    async () => {
      outbox.pump();
      await panes.refresh();
      await supervisor.tick();
      beats.beat(supervisor.tasks);
    },
    () => {
      tickedAt = performance.now();
      status.touch(); // a task that was forgotten is no change of a task
    },
    (err) => log.error({ event: 'tick-failed', err }, 'a tick failed'),
  );
  const stopWatching = manager.watch((periodMs) => performance.now() - tickedAt < tickMs() + periodMs, unheard);

  await ended;
  stopWatching();
  log.info({ event: 'ending' }, 'agents go on without the daemon');
  stopTicking();
  listener.close();
  await outbox.close();
  await status.close();
  await Promise.all([watch.close(), stopWatchingSettings()]);
  process.exit(EXIT.ok);
}

async function version(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(here('../../package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

run().catch((error: unknown) => {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`holdfast daemon: ${why.replace(/\s*\n\s*/g, ' ')}\n`); // one line: who started us repeats the last
  process.exit(exitCodeFor(error));
});
