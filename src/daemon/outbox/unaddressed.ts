import type { Delivery, OutboxRecord } from './record.ts';
import { expiryOf } from './schedule.ts';

/** Why a delivery waits, or waited, for nobody. */
export const UNKNOWN_NOTIFIER = 'the settings have no notifier of this name';

/** Does it wait for a notifier that is not in the settings any more? It may come back. */
export const isUnaddressed = ({ state, notifier }: Delivery, names: readonly string[]): boolean =>
  state === 'pending' && !names.includes(notifier);

/** What waited so long for such a notifier that nobody wants to hear of it now: no lane gives it up, for none has it. */
export function lapsed(
  { notice, deliveries }: OutboxRecord,
  names: readonly string[],
  at: number,
): readonly Delivery[] {
  if (expiryOf(notice) > at) return [];
  return deliveries
    .filter((each) => isUnaddressed(each, names))
    .map((each) => ({ ...each, state: 'expired', settledAt: at, why: UNKNOWN_NOTIFIER }));
}
