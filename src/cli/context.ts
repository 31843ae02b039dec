import type { Connection } from '../protocol/client.ts';
import { type Paths, pathsHere } from '../protocol/paths.ts';
import type { Reach } from '../protocol/reach.ts';
import { makeOutput, type Output, type Sink } from './output.ts';

/** The process around a command, so that a test can be one. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Buffer> & { readonly isTTY?: boolean | undefined };
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly cwd: () => string;
}

/** The flags that every command has. */
export interface Globals {
  readonly json: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly noStartDaemon: boolean;
}

/** What a command works with. */
export interface Context extends Surroundings {
  readonly paths: Paths;
  readonly output: Output;
  /** Connects to the daemon and starts it where it is missing; the connection is closed when the command is over. */
  readonly daemon: () => Promise<Connection>;
  /** The same for one that has been away for so long: left alone if it was stopped, started if nobody else brings it back. */
  readonly returnedDaemon: (times: { readonly awayMs: number }) => Promise<Connection>;
  readonly close: () => void;
}

/** A service manager restarts a daemon that crashed; it has so long before we do. */
const MANAGER_MS = 5_000;

/** Makes the context of one command; `connectBy` gets at the daemon. */
export function makeContext(
  around: Surroundings,
  { json, color, noStartDaemon }: Globals,
  connectBy: (reach: Reach) => Promise<Connection>,
): Context {
  const { env } = around;
  const output = makeOutput({
    stdout: around.stdout,
    get stderr() {
      return around.stderr;
    },
    env,
    json,
    color,
  });
  const allowed = !noStartDaemon && !isOn(env.HOLDFAST_NO_START_DAEMON);
  const open = new Set<Connection>();
  const reach = async (start: 'missing' | 'crashed' | 'never') => {
    const reached = await connectBy({
      paths: pathsHere(env),
      env,
      start: allowed ? start : 'never',
      say: output.say,
    });
    const connection: Connection = {
      call: reached.call,
      close() {
        open.delete(connection); // a command that lives for days asks for many
        reached.close();
      },
    };
    open.add(connection);
    return connection;
  };
  return {
    env,
    // merely looking at a stream of a process opens it, a millisecond each
    get stdin() {
      return around.stdin;
    },
    get stdout() {
      return around.stdout;
    },
    get stderr() {
      return around.stderr;
    },
    cwd: () => around.cwd(),
    get paths() {
      return pathsHere(env); // it may throw, which must not keep `version` from its answer
    },
    output,
    daemon: () => reach('missing'),
    returnedDaemon: ({ awayMs }) => reach(awayMs === 0 ? 'missing' : awayMs < MANAGER_MS ? 'never' : 'crashed'),
    close() {
      for (const connection of open) connection.close();
    },
  };
}

const isOn = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== '0';
