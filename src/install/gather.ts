import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { agents } from '../agents/index.ts';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import type { Paths } from '../protocol/paths.ts';
import type { ServiceFacts } from './facts.ts';
import { recipeFor } from './recipe.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The programs that the daemon and its agents must find. `node`: what an agent of npm begins with, `#!/usr/bin/env node`. */
export const needed: readonly string[] = [
  'node',
  'tmux',
  'git',
  ...agents.flatMap(({ bin }) => (typeof bin === 'string' ? [bin] : [])),
  'bwrap',
  'socat',
];

/** A manager's environment lacks what a shell's start-up files set, and these decide where the daemon looks. */
const PLACES = ['XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_DATA_HOME', 'TMUX_TMPDIR', 'HOLDFAST_TMUX_SOCKET'];

/** Takes down everything that goes into the service file, as it is now. */
export async function gather(
  paths: Paths,
  env: Environment,
): Promise<{ readonly facts: ServiceFacts; readonly warnings: readonly string[] }> {
  const home = env.HOME ?? homedir();
  const { node, path, warnings } = await recipeFor({ env, home, execPath: process.execPath, names: needed });
  const places = PLACES.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  mustBePlain([home, paths.stateDir, ...places.map(([, place]) => place ?? '')]);
  const systemdVersion = process.platform === 'linux' ? await systemdMajor() : undefined;
  return {
    warnings,
    facts: {
      node,
      program: await realpath(fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url))),
      path,
      home,
      stateDir: paths.stateDir,
      environmentFile: join(dirname(paths.configFile), 'env'),
      environment: { HOLDFAST_STATE_DIR: paths.stateDir, ...Object.fromEntries(places) },
      ...(systemdVersion === undefined ? {} : { systemdVersion }),
    },
  };
}

/** A line break in a path would be a new line of the service file. */
function mustBePlain(texts: readonly string[]): void {
  const odd = texts.find((text) => /\p{Cc}/u.test(text));
  if (odd !== undefined)
    throw new Refusal(EXIT.error, `${JSON.stringify(odd)} holds control characters: no service file can name it`);
}

async function systemdMajor(): Promise<number | undefined> {
  const { stdout } = await execa('systemctl', ['--version'], { timeout: 5000, reject: false });
  const found = /^systemd (\d+)/.exec(String(stdout))?.[1];
  return found === undefined ? undefined : Number(found);
}
