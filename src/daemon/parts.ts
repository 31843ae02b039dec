import type { Trace } from '../domain/circle.ts';
import type { Driver } from '../domain/driver.ts';
import type { Step } from '../domain/notice.ts';
import type { Signal } from '../domain/signal.ts';
import type { Help } from './effects.ts';
import type { Held } from './held.ts';
import type { Log } from './log.ts';

/** What the supervisor is built from. */
export interface Parts {
  readonly driver: Driver;
  readonly signals: readonly Signal[];
  readonly epoch: number;
  readonly maxConcurrent: number;
  /** What programs that we run ourselves inherit. */
  readonly environment: Readonly<Record<string, string>>;
  /** Finds out what an attempt left behind. */
  readonly survey: (held: Held) => Promise<Trace>;
  /** What was changed since a task began, where git can say. */
  readonly changes: Help['changes'];
  readonly now: () => number;
  /** When the clock was last set, or the machine slept, as far as this daemon saw. */
  readonly clockJump: () => number | undefined;
  readonly log: Log;
  /** Called after each change, so that who waits may look. */
  readonly changed: () => void;
  /** Called for each change that was written down, before anything follows from it. */
  readonly tell?: (held: Held, step: Step) => Promise<void>;
}
