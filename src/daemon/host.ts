import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Driver } from '../domain/driver.ts';
import type { Spec } from '../domain/task.ts';
import { drivers } from '../drivers/index.ts';
import { printDriver } from '../drivers/print.ts';
import { tuiDriver } from '../drivers/tui.ts';
import type { Host as Reach } from '../notifiers/definition.ts';
import { inheritable } from '../protocol/environment.ts';
import { type Paths, pathsHere } from '../protocol/paths.ts';
import { privateDirectory } from '../system/files.ts';
import { type Panes, panesOf } from '../system/panes.ts';
import { bootId } from '../system/processes.ts';
import { secretOf } from '../system/secret.ts';
import { type ServiceManager, serviceManager } from '../system/systemd.ts';
import { Tmux } from '../system/tmux.ts';
import { type TmuxServer, tmuxServer } from '../system/tmux-server.ts';
import { type Directories, directoriesOf } from './directories.ts';
import { withheld } from './full-permission.ts';
import type { Face } from './handlers/render.ts';
import { type LiveSettings, liveSettings } from './live-settings.ts';
import { installScript } from './runner-files.ts';
import { readLayers } from './settings-file.ts';
import type { Store } from './store.ts';
import { usableTmux } from './usable-tmux.ts';
import type { Watch } from './watch.ts';

/** What a daemon has around it, whether or not it may write: everything here is found, and nothing is changed. */
export interface Host {
  readonly startedAt: number;
  readonly version: string;
  readonly face: Face;
  readonly umask: number;
  readonly paths: Paths;
  readonly live: LiveSettings;
  /** What agents inherit, before their task's own variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directories: Directories;
  readonly tmux: Tmux;
  readonly tmuxVersion: string;
  /** The configuration that tmux is told to read. */
  readonly tmuxConfigFile: string;
  readonly server: TmuxServer;
  readonly panes: Panes;
  readonly manager: ServiceManager;
  readonly logLevel: string;
  /** Whether watched files hasten a look, which is so but for tests. */
  readonly hinted: boolean;
  /** What notifiers get of our environment: what their programs inherit, and the secrets that the settings name. */
  readonly reach: Reach;
}

/** A file of the package, seen from here. */
export const packaged = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Looks around. Everything that we make from now on is ours alone. */
export async function hostHere(face: Face): Promise<Host> {
  const startedAt = Date.now();
  const umask = process.umask(0o077);
  const paths = pathsHere();
  await privateDirectory(paths.stateDir);
  await privateDirectory(paths.socketDir);
  const live = liveSettings(() => readLayers(paths.configFile, process.env));
  const settings = live.now;

  const environment = inheritable(process.env);
  for (const name of settings.environment.pass)
    if (process.env[name] !== undefined) environment[name] = process.env[name];
  const tmuxConfigFile = join(paths.stateDir, 'tmux.conf');
  const tmuxTmpdir = process.env.TMUX_TMPDIR === undefined ? {} : { TMUX_TMPDIR: process.env.TMUX_TMPDIR };
  const tmux = new Tmux(settings.tmux.socket, tmuxConfigFile, { ...environment, ...tmuxTmpdir });
  // OpenClaw's mark of a child of its `exec` must reach its own CLI: taking it off would be a trick.
  const mark = process.env.OPENCLAW_SHELL === undefined ? {} : { OPENCLAW_SHELL: process.env.OPENCLAW_SHELL };
  const manager = await serviceManager(process.env, 'holdfast-tmux');
  const record = join(paths.stateDir, 'tmux-server.json');
  return {
    startedAt,
    version: await version(),
    face,
    umask,
    paths,
    live,
    environment,
    directories: directoriesOf(paths.stateDir, settings),
    tmux,
    tmuxVersion: await usableTmux(tmux),
    tmuxConfigFile,
    server: tmuxServer(tmux, { record, owner: paths.stateDir, under: manager.scope }),
    panes: panesOf(tmux),
    manager,
    logLevel: process.env.HOLDFAST_LOG_LEVEL ?? 'info',
    hinted: process.env.HOLDFAST_HINTS !== 'off',
    reach: { env: { ...environment, ...mark }, secret: (reference) => secretOf(reference, process.env) },
  };
}

/** The scripts that panes run: paths of copies of ours. */
export interface Scripts {
  readonly runner: string;
  readonly hook: string;
}

/** Puts the scripts where no upgrade of the package replaces them. */
export const installScripts = async (stateDir: string): Promise<Scripts> => ({
  runner: await installScript(stateDir, packaged('../runner/runner.sh')),
  hook: await installScript(stateDir, packaged('../hooks/hook.sh')),
});

/** What a driver gets beside the host. */
export interface DriverParts {
  readonly store: Pick<Store, 'environmentOf'>;
  readonly scripts: Scripts;
  readonly hint: (taskId: string) => void;
  readonly files: Watch;
}

/** All drivers on this host, as one. */
export function driverOn(host: Host, { store, scripts, hint, files }: DriverParts): Driver {
  const panes = {
    tmux: host.tmux,
    server: host.server,
    runnerScript: scripts.runner,
    environment: host.environment,
    environmentOf: store.environmentOf,
    umask: host.umask,
    forbidden: async (spec: Spec) =>
      withheld(spec, host.live.now.allowFull) ?? (await host.directories.forbidden(spec.cwd)),
    bootId: bootId(),
    panes: host.panes,
    hint,
    files,
  };
  return drivers({
    print: printDriver(panes, [process.execPath, packaged('../runner/view.js')]),
    tui: tuiDriver(panes, { usher: [process.execPath, packaged('../runner/usher.js')], hook: scripts.hook }),
  });
}

/** The words with which a person reaches our tmux server: by its path where a name alone would lead elsewhere. */
export async function tmuxWordsOf({ tmux, live }: Host): Promise<readonly string[]> {
  const byName = ['tmux', '-u', '-L', live.now.tmux.socket];
  if (!process.env.TMUX_TMPDIR) return byName;
  const { socket } = await tmux.server();
  return ['tmux', '-u', '-S', socket];
}

async function version(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(packaged('../../package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
