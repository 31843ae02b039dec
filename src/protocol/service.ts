import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Paths } from './paths.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The name of our unit in systemd. */
export const UNIT = 'holdfast.service';
/** The name of our agent in launchd. */
export const LABEL = 'dev.holdfast.daemon';

/** Above the 60 s that the unit gives the daemon to start. */
const BOUND_MS = 70_000;

/** Where the file of the service lies. The manager of a user reads no other place. */
export function serviceFile(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const home = env.HOME && isAbsolute(env.HOME) ? env.HOME : userInfo().homedir;
  if (platform === 'darwin') return join(home, 'Library', 'LaunchAgents', `${LABEL}.plist`);
  const config = env.XDG_CONFIG_HOME && isAbsolute(env.XDG_CONFIG_HOME) ? env.XDG_CONFIG_HOME : join(home, '.config');
  return join(config, 'systemd', 'user', UNIT);
}

/** The line by which a service file says whose daemon it starts. Two hyphens would end a comment in XML. */
export const stateLine = (stateDir: string): string =>
  `state: ${JSON.stringify(stateDir).replaceAll('--', '-\\u002d')}`;

/** Is there a service for this state directory? */
export function hasService({ stateDir }: Paths, env: Environment): boolean {
  try {
    return readFileSync(serviceFile(env), 'utf8').includes(`${stateLine(stateDir)}\n`);
  } catch {
    return false; // no file
  }
}

/** Lets the service manager start the daemon, where there is a service for it; says whether it did. */
export async function startService(paths: Paths, env: Environment): Promise<boolean> {
  if (!hasService(paths, env)) return false;
  if (process.platform === 'darwin') return await succeeds('launchctl', ['kickstart', target()], env);
  return await succeeds('systemctl', ['--user', 'start', UNIT], env);
}

/** Lets systemd end the daemon, where it is systemd's: it would start one again that ended by itself. launchd lets it rest. */
export async function stopService(paths: Paths, env: Environment): Promise<boolean> {
  if (process.platform === 'darwin' || !hasService(paths, env)) return false;
  return await succeeds('systemctl', ['--user', 'stop', UNIT], env);
}

/** Our agent in the words of `launchctl`. */
export const target = (): string => `gui/${process.getuid?.() ?? 0}/${LABEL}`;

const succeeds = (bin: string, words: readonly string[], env: Environment): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(bin, words, { env: { ...env }, timeout: BOUND_MS }, (error) => resolve(error === null));
  });
