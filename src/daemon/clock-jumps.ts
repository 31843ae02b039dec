/** Two looks at a busy machine may be this far apart without a jump; a second that is slewed away is none either. */
const JUMP_MS = 30_000;

/** What is known of the clock, for a daemon that comes later in the same run of the machine. */
export interface ClockRecord {
  /** How far the wall's time was ahead of the steady time, ms. */
  readonly apartMs: number;
  /** When they were last found to have gone apart, epoch ms. */
  readonly setAt?: number | undefined;
}

/**
 * Time that nobody can set, ms since the machine was started: each of its processes finds the same. On Linux it stands still
 * while the machine sleeps; on macOS it runs on, as the wall's does (libuv 1.39 and later: `mach_continuous_time`).
 */
export const steadyMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** How far apart they are now. */
export const clockNow = (): ClockRecord => ({ apartMs: Date.now() - steadyMs() });

/**
 * Sees that the clock was set or the machine slept: the wall's time and that of a clock that only runs went apart, perhaps
 * since an earlier daemon has looked. Says when that was last found; `found` is told each time.
 */
export function clockJumps(
  wall: () => number,
  steady: () => number,
  known?: ClockRecord,
  found?: (record: ClockRecord) => void,
): () => number | undefined {
  const apart = () => wall() - steady();
  let before = known?.apartMs ?? apart();
  let foundAt = known?.setAt;
  return () => {
    const now = apart();
    const jumped = Math.abs(now - before) > JUMP_MS;
    before = now;
    if (jumped) {
      foundAt = wall();
      found?.({ apartMs: now, setAt: foundAt });
    }
    return foundAt;
  };
}
