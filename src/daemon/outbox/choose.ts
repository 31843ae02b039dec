import { isUrgent } from '../../domain/notifier.ts';
import type { Delivery, OutboxRecord } from './record.ts';
import { quietUntil } from './schedule.ts';

/** When a notifier may be used, by the settings. */
export interface Rules {
  readonly quietHours?: string | undefined;
  /** What goes out in these hours makes no sound. */
  readonly hushHours?: string | undefined;
  /** Between two letters about one task, unless the later one is urgent. */
  readonly minIntervalMs: number;
}

/** A notice that waits for a notifier. */
export interface Waiting {
  readonly record: OutboxRecord;
  readonly delivery: Delivery;
}

/** What goes out next, and what it tells along. */
export interface Choice {
  readonly carrier: Waiting;
  readonly merged: readonly Waiting[];
}

/** What befalls a fleet reaches its tasks one after the other: so long is waited for more of the same, and so long after it was told. */
const GATHERED_MS = 20_000;
const TOLD_EVERY_MS = 15 * 60_000;

/** Chooses among notices of many tasks with one cause: all of them as one, or none yet. */
export function chooseFolded(
  waiting: readonly Waiting[],
  { quietHours }: Rules,
  { at, lastAt = Number.NEGATIVE_INFINITY }: { readonly at: number; readonly lastAt?: number | undefined },
): Choice | undefined {
  const [carrier, ...merged] = waiting;
  if (!carrier || quietUntil(quietHours, at) !== undefined) return undefined;
  const gathered = at - carrier.record.notice.at >= GATHERED_MS && at - lastAt >= TOLD_EVERY_MS;
  return gathered && waiting.every(({ delivery }) => delivery.nextAt <= at) ? { carrier, merged } : undefined;
}

/** So often is one tried before those behind it may pass: perhaps it is this one alone that is not wanted. */
const PATIENCE = 5;

/**
 * Chooses among what waits for one notifier about one task, in the order of the happenings. With a minimum interval, what
 * was held back is told along by the next that goes; without one each goes by itself.
 */
export function choose(
  waiting: readonly Waiting[],
  { quietHours, minIntervalMs }: Rules,
  { at, lastAt = 0 }: { readonly at: number; readonly lastAt?: number | undefined },
): Choice | undefined {
  if (quietUntil(quietHours, at) !== undefined) return undefined;
  const due = ({ delivery }: Waiting): boolean => delivery.nextAt <= at;
  if (minIntervalMs === 0) {
    const carrier = waiting.find((each) => due(each) || each.delivery.tries < PATIENCE);
    return carrier && due(carrier) ? { carrier, merged: [] } : undefined;
  }
  const urgent = waiting.findIndex(({ record }) => isUrgent(record.notice));
  const held = lastAt + minIntervalMs > at;
  const index = urgent >= 0 ? urgent : held ? -1 : waiting.length - 1;
  const carrier = waiting[index];
  return carrier && due(carrier) ? { carrier, merged: waiting.slice(0, index) } : undefined;
}
