import { realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { execa } from 'execa';
import { which } from '../system/which.ts';

/** What is asked about this machine, to find a Node and a PATH that a service can live with. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The Node that runs us, by its own word. */
  readonly execPath: string;
  /** What the service is to find: tmux, git and the agents. */
  readonly names: readonly string[];
  readonly systemNodes?: readonly string[];
}

/** The Node and the PATH for the service, and what a person should know of them. */
export interface Recipe {
  readonly node: string;
  readonly path: readonly string[];
  readonly warnings: readonly string[];
}

const SYSTEM_NODES = ['/usr/bin/node', '/usr/local/bin/node', '/opt/homebrew/bin/node'];
const SYSTEM_DIRECTORIES = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/opt/homebrew/bin',
];
const OLDEST_NODE = [20, 19] as const;

/**
 * Finds what a service needs. A service's own PATH has no directory of the user's, and an interactive PATH has too many: a
 * version manager's shims, `.`, whatever a shell start-up file adds. So it is made from where things are found now.
 */
export async function recipeFor(machine: Machine): Promise<Recipe> {
  const { node, warning } = await nodeFor(machine);
  const wanted = [
    ...(await searched(machine)),
    dirname(node), // for agents that say `#!/usr/bin/env node`, where the shell has no other; the daemon's own stands with its whole path
    join(machine.home, '.local', 'bin'),
    ...SYSTEM_DIRECTORIES,
  ];
  const verdicts = await Promise.all([...new Set(wanted)].map(async (path) => ({ path, fault: await faultOf(path) })));
  const shut = verdicts.filter(({ fault }) => fault !== undefined && fault !== 'missing');
  return {
    node,
    path: verdicts.flatMap(({ path, fault }) => (fault === undefined ? [path] : [])),
    warnings: [...(warning ? [warning] : []), ...shut.map(({ path, fault }) => `${path} stays off the PATH: ${fault}`)],
  };
}

/**
 * Where the shell that installs finds what is needed, in its own order: so the service finds the same of two programs of one
 * name. None of the directories before has it, or it would have been found there.
 */
async function searched({ names, env }: Machine): Promise<readonly string[]> {
  const found = await Promise.all(names.map((name) => which(name, env.PATH ?? '')));
  const places = (env.PATH ?? '').split(delimiter);
  const placeOf = (directory: string): number =>
    places.findIndex((place) => isAbsolute(place) && resolve(place) === directory);
  return found
    .flatMap((file) => (file === undefined ? [] : [dirname(file)]))
    .sort((one, other) => placeOf(one) - placeOf(other));
}

/** A Node of the system outlives the next `nvm install`; one of a version manager does not. */
async function nodeFor({
  execPath,
  home,
  systemNodes = SYSTEM_NODES,
}: Machine): Promise<{ node: string; warning?: string }> {
  const own = await realpath(execPath);
  if (!own.startsWith(`${await realpath(home)}/`)) {
    // by the name that stays when Homebrew replaces what it stands for
    const stable = await Promise.all(
      systemNodes.map(async (path) => ((await realOf(path)) === own ? path : undefined)),
    );
    return { node: stable.find((path) => path !== undefined) ?? own };
  }
  for (const candidate of systemNodes) if (await isNewEnough(candidate)) return { node: candidate };
  const warning = `the service runs ${own}, which a version manager may remove: run "holdfast service install" again after that`;
  return { node: own, warning };
}

async function isNewEnough(node: string): Promise<boolean> {
  const { stdout } = await execa(node, ['--version'], { timeout: 5000, reject: false });
  const [major = 0, minor = 0] = (/^v(\d+)\.(\d+)/.exec(String(stdout)) ?? []).slice(1).map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

const realOf = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);

/** Why a directory must not be searched for programs; nothing where it may. */
async function faultOf(path: string): Promise<string | undefined> {
  if (!isAbsolute(path) || path.includes(delimiter)) return 'no service can be given it';
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return 'missing';
  return found.mode & 0o002 ? 'everybody can write there' : undefined;
}
