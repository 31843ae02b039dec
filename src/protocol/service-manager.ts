import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/** The name of our unit in systemd. */
export const UNIT = 'holdfast.service';
/** The name of our agent in launchd. */
export const LABEL = 'dev.holdfast.daemon';

/** Our agent in the words of `launchctl`. */
export const target = (): string => `gui/${process.getuid?.() ?? 0}/${LABEL}`;

/** Above the 60 s that the unit gives the daemon to start. */
const BOUND_MS = 70_000;

/** How a command of a service manager ended. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of a service manager, bounded in time; answers however it ended. */
export const ask = ([bin, ...words]: readonly [string, ...string[]], env: Environment): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(bin, words, { env: withBus(env), timeout: BOUND_MS }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
      const said = status === undefined ? `${bin}: ${error?.message ?? ''}` : stderr.trim();
      resolve({ exitCode: status ?? 1, stdout, stderr: said });
    });
  });

/** What cron, or a session made by su, does not say: where the manager of this user listens. It is there as long as that runs. */
function withBus(env: Environment): Record<string, string | undefined> {
  if (process.platform !== 'linux' || env.XDG_RUNTIME_DIR) return { ...env };
  const usual = `/run/user/${process.getuid?.() ?? 0}`;
  return existsSync(usual) ? { ...env, XDG_RUNTIME_DIR: usual } : { ...env };
}

/** Why the service manager of this user does not answer; nothing where it does. */
export async function silence(env: Environment): Promise<string | undefined> {
  if (process.platform === 'darwin') {
    const domain = target().slice(0, -LABEL.length - 1);
    const { exitCode } = await ask(['launchctl', 'print', domain], env);
    return exitCode === 0 ? undefined : `launchd has no session ${domain}`;
  }
  const { exitCode, stderr } = await ask(['systemctl', '--user', 'show', '--property=Version'], env);
  return exitCode === 0 ? undefined : `systemd does not answer for your user (${stderr || 'systemctl is missing'})`;
}

/**
 * The directory in which the manager of this user keeps units by its own word: its XDG_CONFIG_HOME need not be that of a shell,
 * and `show-environment` tells what its services get, not what it reads (systemd 252).
 */
export async function unitDirectory(env: Environment): Promise<string | undefined> {
  const { stdout } = await ask(['systemctl', '--user', 'show', '--property=UnitPath', '--value'], env);
  return stdout
    .trim()
    .split(/ (?=\/)/)
    .find((directory) => directory.endsWith('/systemd/user'));
}
