import { join } from 'node:path';
import type { Driver } from '../domain/driver.ts';
import { signals } from '../signals/index.ts';
import { writeWhereDifferent } from '../system/files.ts';
import { changesSince } from '../system/git.ts';
import { type Changes, changes } from './changes.ts';
import { clockJumps, steadyMs } from './clock-jumps.ts';
import { hints } from './hints.ts';
import { driverOn, type Host, installScripts, tmuxWordsOf } from './host.ts';
import { clockKept, keepClock } from './lock.ts';
import { type Log, openLog } from './log.ts';
import { recipientsOf } from './outbox/recipients.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import { openStore, type Store } from './store.ts';
import { Supervisor } from './supervisor.ts';
import { survey } from './survey.ts';
import { tmuxConfig } from './tmux-config.ts';
import { watchUncaught } from './uncaught.ts';
import { type Watch, watchTasks } from './watch.ts';

/** The daemon in charge, in its parts: all are there, and none has begun to work. */
export interface Daemon {
  readonly host: Host;
  readonly epoch: number;
  readonly log: Log;
  readonly store: Store;
  readonly driver: Driver;
  readonly outbox: Outbox;
  readonly supervisor: Supervisor;
  readonly changes: Changes;
  readonly watch: Watch;
  readonly tmuxWords: readonly string[];
}

/** Builds the daemon, from what needs nothing to what needs all the others. */
export async function assemble(host: Host, epoch: number): Promise<Daemon> {
  const { paths, environment } = host;
  const log = openLog(paths.logFile, host.logLevel);
  watchUncaught(log);
  await writeWhereDifferent(host.tmuxConfigFile, tmuxConfig);
  await host.server.ensure();
  const tmuxWords = await tmuxWordsOf(host);
  const store = await openStore(paths.stateDir, host.version);
  const hinting = hints(host.hinted);
  const watch = watchTasks(hinting.give, (err) =>
    log.warn({ event: 'unwatched', err }, 'files cannot be watched: what happens is seen at the tick'),
  );
  const scripts = await installScripts(paths.stateDir);
  const driver = driverOn(host, { store, scripts, hint: hinting.give, files: watch });
  const outbox = await outboxFor(host, epoch, log);
  const changed = changes();
  const supervisor = new Supervisor({
    driver,
    signals,
    epoch,
    environment,
    survey: (held) => survey(held, environment),
    changes: async ({ spec }) => spec.gitHead && (await changesSince(spec.cwd, environment, spec.gitHead)),
    get maxConcurrent() {
      return host.live.now.maxConcurrent; // it may change
    },
    now: Date.now,
    clockJump: await clockFor(host, epoch, log),
    log,
    changed: changed.announce,
    tell: outbox.tell,
  });
  hinting.follow((id) => supervisor.hint(id));
  return { host, epoch, log, store, driver, outbox, supervisor, changes: changed, watch, tmuxWords };
}

/** Tells when the clock was last set, in an earlier daemon's time too. */
async function clockFor({ paths: { stateDir } }: Host, epoch: number, log: Log): Promise<() => number | undefined> {
  const known = await clockKept(stateDir, epoch);
  return clockJumps(Date.now, steadyMs, known, (clock) => {
    log.info(
      { event: 'clock-set', ...clock },
      'the clock was set, or the machine slept: silence is counted from now on',
    );
    keepClock(stateDir, epoch, clock).catch((err: unknown) =>
      log.warn({ event: 'clock-unkept', err }, 'the next daemon may not know that the clock was set'),
    );
  });
}

/** The outbox, which follows the settings. */
async function outboxFor({ paths, live, reach }: Host, epoch: number, log: Log): Promise<Outbox> {
  const recipients = () => recipientsOf(live.now.notify, reach);
  const directory = join(paths.stateDir, 'outbox');
  const outbox = await openOutbox({ directory, recipients: recipients(), epoch, now: Date.now, log });
  live.follow((keys) => {
    if (keys.some((key) => key.startsWith('notify.'))) outbox.readdress(recipients());
  });
  return outbox;
}
