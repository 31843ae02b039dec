import type { Health } from './health.ts';
import type { Policy } from './policy.ts';
import type { Progress } from './progress.ts';

/** What the runner wrote when the agent ended. `status` is the shell's, 128+n for signal n; `at` is epoch ms. */
export interface ExitRecord {
  readonly status: number;
  readonly at: number;
}

/** One look at the present attempt of a task. What could not be looked at is `unknown`, never guessed. */
export interface Observation {
  /** Epoch ms. */
  readonly at: number;
  readonly attempt: number;
  /** `revoked`: the daemon took the claim itself, so that no runner ever can. */
  readonly claim: 'none' | 'runner' | 'revoked';
  /** When the runner took the claim, epoch ms. */
  readonly bornAt?: number;
  /** By its hold on the attempt's FIFO: the kernel closes it with the process, however that ends. `left`: we saw it closed; `gone`: it is not held. */
  readonly runner: 'alive' | 'gone' | 'left' | 'unknown';
  /** By the list of all panes; `unknown` when tmux could not be asked, `other-server` when the one it was in has died. */
  readonly pane: 'alive' | 'dead' | 'missing' | 'other-server' | 'unknown';
  readonly exit?: ExitRecord;
  readonly progress: Progress;
  /** The end of what the agent wrote to its standard error. */
  readonly stderr: string;
  /** When the agent last wrote anything, epoch ms. */
  readonly lastSignAt?: number;
  /** The clock was set, or the machine slept, and this is when we saw it. */
  readonly clockSetAt?: number;
  /** The agent sits at a prompt of its own that takes a line: a silent one can be poked. A driver that cannot tell says nothing. */
  readonly takesLine?: boolean;
  /** What the looks at its processes found, where it has been silent for long enough to be looked at. */
  readonly health?: Health;
  /** Somebody is attached to a session in which the agent takes what is typed. */
  readonly attended?: boolean;
  /** The machine was started again since the attempt was launched. */
  readonly rebooted: boolean;
}

/** Files are dated by the kernel's clock, which may be a little ahead of ours. */
export const SKEW_MS = 1000;

/** How long the attempt has been without a sign of life, ms. Nobody was silent while the clock was set or the machine slept: it is counted anew. */
export function silenceMs({ at, lastSignAt = 0, bornAt = at, clockSetAt }: Observation): number {
  if (clockSetAt === undefined) return Math.max(0, at - Math.max(lastSignAt, bornAt));
  const ofThisClock = [lastSignAt, bornAt].filter((time) => time <= at + SKEW_MS); // the others were dated before it was set back
  return Math.max(0, at - Math.max(clockSetAt, ...ofThisClock));
}

/** Has it been without a sign of life for so long that a person should know? Not where it waits, is done, or runs a tool. */
export function isSuspicious(seen: Observation, { suspiciousAfterMs }: Pick<Policy, 'suspiciousAfterMs'>): boolean {
  const { claim, exit, progress, health } = seen;
  if (claim !== 'runner' || exit || progress.turn === 'ended' || progress.turn === 'failed') return false;
  if (progress.openTools.length > 0 || progress.waitsFor || (health?.tree.tools ?? 0) > 0) return false;
  return silenceMs(seen) >= suspiciousAfterMs;
}
