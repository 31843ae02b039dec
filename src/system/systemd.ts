import { randomBytes } from 'node:crypto';
import { execa } from 'execa';

type Environment = Readonly<Record<string, string | undefined>>;

/** The service manager that started us, as far as it has to be told of us. Where there is none, nothing happens. */
export interface ServiceManager {
  /** We do what we are there for. */
  readonly ready: () => Promise<void>;
  /** Says that we live, several times in each period of the watchdog, as long as `well` agrees. Ends by the function it gives. */
  readonly watch: (well: (periodMs: number) => boolean, failed: (error: unknown) => void) => () => void;
  /**
   * The words before a command that is to outlive this service: they run it in a scope of its own, because systemd ends
   * whatever is in ours. Empty where there is no systemd, or none that makes scopes.
   */
  readonly scope: () => readonly string[];
}

const BOUND_MS = 5000;
const NONE: readonly string[] = [];

/**
 * Finds out who started us. Node has no unix datagram sockets (20 to 26: ERR_SOCKET_BAD_TYPE), so `systemd-notify`, a part
 * of systemd, speaks for us: 6 ms a word.
 */
export async function serviceManager(env: Environment, name: string): Promise<ServiceManager> {
  const say = async (word: string): Promise<void> => {
    if (!env.NOTIFY_SOCKET) return;
    await execa('systemd-notify', [word], { stdio: 'ignore', timeout: BOUND_MS });
  };
  const prefix = env.INVOCATION_ID ? await scopePrefix() : NONE;
  return {
    ready: () => say('--ready'),
    watch: (well, failed) => {
      const periodMs = watchdogMs(env);
      if (periodMs === 0) return () => undefined;
      const timer = setInterval(() => well(periodMs) && void say('WATCHDOG=1').catch(failed), periodMs / 4);
      return () => clearInterval(timer);
    },
    scope: () => (prefix === NONE ? NONE : [...prefix, `--unit=${name}-${randomBytes(4).toString('hex')}`, '--']),
  };
}

/** Does our own process have to answer for the watchdog, and how often? */
function watchdogMs({ NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID }: Environment): number {
  const ours = WATCHDOG_PID === undefined || WATCHDOG_PID === String(process.pid);
  return NOTIFY_SOCKET && ours ? Number(WATCHDOG_USEC ?? 0) / 1000 : 0;
}

/**
 * One victim of the out-of-memory killer must not end all others in the scope, which is what systemd does by default. As a
 * property of scopes that came with systemd 253.
 */
async function scopePrefix(): Promise<readonly string[]> {
  const plain = ['systemd-run', '--user', '--scope', '--collect', '--quiet'];
  for (const prefix of [[...plain, '-p', 'OOMPolicy=continue'], plain]) {
    const [bin = '', ...words] = prefix;
    const tried = await execa(bin, [...words, '--', 'true'], { stdio: 'ignore', timeout: BOUND_MS, reject: false });
    if (tried.exitCode === 0) return prefix;
  }
  return NONE;
}
