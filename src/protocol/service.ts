import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Refusal } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { Paths } from './paths.ts';
import { ask, LABEL, silence, target, UNIT, unitDirectory } from './service-manager.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** systemctl(1) ends with it for a unit that is not loaded. */
const NOT_LOADED = 5;

/** Where the file of the service lies. The manager of a user reads no other place; where it does not answer, the usual one. */
export async function serviceFile(env: Environment, platform: NodeJS.Platform = process.platform): Promise<string> {
  const home = env.HOME && isAbsolute(env.HOME) ? env.HOME : userInfo().homedir;
  if (platform === 'darwin') return join(home, 'Library', 'LaunchAgents', `${LABEL}.plist`);
  return join((await unitDirectory(env)) ?? join(home, '.config', 'systemd', 'user'), UNIT);
}

/** The line by which a service file says whose daemon it starts. Two hyphens would end a comment in XML. */
export const stateLine = (stateDir: string): string =>
  `state: ${JSON.stringify(stateDir).replaceAll('--', '-\\u002d')}`;

/** The state directory that a service file names; nothing where it is not one of ours. */
export function ownerOf(text: string): string | undefined {
  const [, written] = /^(?:# )?state: (".*")$/m.exec(text) ?? [];
  try {
    const owner: unknown = written === undefined ? undefined : JSON.parse(written);
    return typeof owner === 'string' ? owner : undefined;
  } catch {
    return undefined; // somebody's else
  }
}

/** The file of the service for this state directory, if there is one. */
async function fileFor({ stateDir }: Paths, env: Environment): Promise<string | undefined> {
  const file = await serviceFile(env);
  try {
    return ownerOf(readFileSync(file, 'utf8')) === stateDir ? file : undefined;
  } catch {
    return undefined; // no file
  }
}

/** Is there a service for this state directory? */
export const hasService = async (paths: Paths, env: Environment): Promise<boolean> =>
  (await fileFor(paths, env)) !== undefined;

/** Lets the service manager start the daemon, where there is a service for it; says whether it did. */
export async function startService(paths: Paths, env: Environment): Promise<boolean> {
  const file = await fileFor(paths, env);
  if (file === undefined) return false;
  await mustAnswer(file, env, 'the one that we start would keep it from starting its own');
  const { exitCode } = await ask(
    process.platform === 'darwin' ? ['launchctl', 'kickstart', target()] : ['systemctl', '--user', 'start', UNIT],
    env,
  );
  return exitCode === 0;
}

/** Lets systemd end the daemon, where it is systemd's: it would start one again that ended by itself. launchd lets it rest. */
export async function stopService(paths: Paths, env: Environment): Promise<void> {
  const file = process.platform === 'darwin' ? undefined : await fileFor(paths, env);
  if (file === undefined) return;
  await mustAnswer(file, env, 'for one that ends it would start the next');
  const { exitCode, stderr } = await ask(['systemctl', '--user', 'stop', UNIT], env);
  if (exitCode !== 0 && exitCode !== NOT_LOADED)
    throw new Refusal(EXIT.unavailable, `the daemon goes on: "systemctl --user stop ${UNIT}" failed: ${stderr}`);
}

/** A home may have been copied to where no manager is, or ever will be: the sentence names the way out of that too. */
async function mustAnswer(file: string, env: Environment, why: string): Promise<void> {
  const silent = await silence(env);
  if (silent === undefined) return;
  throw new Refusal(
    EXIT.unavailable,
    `${silent}, and the daemon is its service (${file}): ${why}. Try it from a login of this user; if there is no such manager here any more: holdfast service uninstall --force`,
  );
}
