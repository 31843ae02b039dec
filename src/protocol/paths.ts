import { isAbsolute, join, resolve } from 'node:path';
import { Refusal } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** Where everything of one daemon lies. */
export interface Paths {
  readonly stateDir: string;
  /** The state directory, or one in `XDG_RUNTIME_DIR` where the path would be too long for a socket. */
  readonly socketDir: string;
  readonly socket: string;
  /** Prompts on their way from a face to the daemon. */
  readonly incomingDir: string;
  readonly configFile: string;
  readonly logFile: string;
  /** What a daemon said that died before it could log. */
  readonly stderrFile: string;
}

/** Everything that decides about the paths. `accountHome` is the home of the account, whatever `HOME` says. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly accountHome: () => string;
}

/**
 * The kernel's limit is 108 bytes (104 on macOS), and Node 20 silently cuts a longer path and binds another one
 * (measured with 20.20 on Linux, 2026-11).
 */
const SOCKET_BYTES = 100;
const SOCKET = 'daemon.sock';

/**
 * The paths of the daemon for these surroundings; two state directories never share a daemon. Throws a `Refusal` where a
 * path cannot be used.
 */
export function locate({ env, platform, accountHome }: Surroundings): Paths {
  const home = absolute(env, 'HOME') ?? accountHome();
  const stateDir = absolute(env, 'HOLDFAST_STATE_DIR') ?? join(stateHome(env, platform, home), 'holdfast');
  const socketDir = socketDirectory(env, stateDir);
  return {
    stateDir,
    socketDir,
    socket: short(join(socketDir, SOCKET)),
    incomingDir: join(stateDir, 'incoming'),
    configFile: join(absolute(env, 'XDG_CONFIG_HOME') ?? join(home, '.config'), 'holdfast', 'config.json'),
    logFile: join(stateDir, 'daemon.log'),
    stderrFile: join(stateDir, 'daemon.stderr'),
  };
}

/** The paths for this process. Every face and the daemon ask here, so that they agree. */
export const pathsHere = (env: Surroundings['env'] = process.env): Paths =>
  locate({ env, platform: process.platform, accountHome: () => accountHome(env) });

function accountHome(env: Surroundings['env']): string {
  try {
    return process.getBuiltinModule('node:os').userInfo().homedir; // as with node:crypto below, and HOME is nearly always set
  } catch {
    return env.HOME ?? '/'; // a container's uid need not have an account
  }
}

const stateHome = (env: Surroundings['env'], platform: NodeJS.Platform, home: string): string =>
  absolute(env, 'XDG_STATE_HOME') ??
  (platform === 'darwin' ? join(home, 'Library', 'Application Support') : join(home, '.local', 'state'));

/**
 * The state directory itself, which every shell, cron job and service finds alike; where its path is too long for a
 * socket, a directory of its own name in `XDG_RUNTIME_DIR`.
 */
function socketDirectory(env: Surroundings['env'], stateDir: string): string {
  const runtime = absolute(env, 'XDG_RUNTIME_DIR');
  if (runtime === undefined || Buffer.byteLength(join(stateDir, SOCKET)) <= SOCKET_BYTES) return stateDir;
  const { createHash } = process.getBuiltinModule('node:crypto'); // loaded only here: it costs every CLI call 1 to 3 ms
  return join(runtime, `holdfast-${createHash('sha256').update(stateDir).digest('hex').slice(0, 8)}`);
}

/** A directory from the environment. Unset and empty are the same, as the XDG specification has it. */
function absolute(env: Surroundings['env'], name: string): string | undefined {
  const path = env[name];
  if (path === undefined || path === '') return undefined;
  if (isAbsolute(path)) return resolve(path);
  throw new Refusal(EXIT.usage, `${name} is ${JSON.stringify(path)}: give it an absolute path, or unset it`);
}

function short(socket: string): string {
  const bytes = Buffer.byteLength(socket);
  if (bytes <= SOCKET_BYTES) return socket;
  const way = 'set XDG_RUNTIME_DIR or HOLDFAST_STATE_DIR to a shorter directory';
  throw new Refusal(EXIT.usage, `the socket path ${socket} has ${bytes} bytes, ${SOCKET_BYTES} are possible: ${way}`);
}
