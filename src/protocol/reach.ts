import { type Connection, connect } from './client.ts';
import { Refusal, Unreachable } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { Paths } from './paths.ts';

/** How a face gets at the daemon. */
export interface Reach {
  readonly paths: Paths;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Which daemon may be started: any that is missing, or only one that did not leave in good order. */
  readonly start: 'missing' | 'crashed' | 'never';
  /** Tells the person in one line. */
  readonly say: (line: string) => void;
}

/** Connects to the daemon; starts it first where it is missing and that is allowed. */
export async function reachDaemon({ paths, env, start, say }: Reach): Promise<Connection> {
  try {
    return await connect(paths.socket);
  } catch (error) {
    if (!(error instanceof Unreachable) || start === 'never') throw error;
    if (start === 'crashed' && error.why === 'absent') throw error;
    refuseInsideOpenClaw(env);
    const [{ launchDaemon }, { glance }] = await Promise.all([import('./launch.ts'), import('./settings-glance.ts')]);
    if (!glance(paths.configFile).startDaemon) {
      const why =
        'the daemon is not running, and the settings say not to start it. Start it with: holdfast daemon start';
      throw new Refusal(EXIT.unavailable, why, { cause: error });
    }
    const connection = await launchDaemon(paths, env);
    const { pid } = await connection.call('hello', {});
    say(`started the daemon (pid ${pid}); agents outlive it, and "holdfast daemon stop" ends it`);
    return connection;
  }
}

/**
 * A daemon that is born in OpenClaw's `exec` sits in the gateway's cgroup and dies at the gateway's next restart
 * (measured with openclaw on Linux, 2026-11).
 */
export function refuseInsideOpenClaw(env: Reach['env']): void {
  if (!env.OPENCLAW_SHELL) return;
  throw new Refusal(
    EXIT.unavailable,
    'the daemon is not running, and inside OpenClaw it would die with the gateway. Start it once in a terminal of your own: holdfast daemon start',
  );
}
