import type { Parsed, Result } from '../../protocol/methods.ts';
import { takeTurns } from '../../system/turns.ts';
import { find, type Reading } from '../context.ts';
import type { Delivery, Outline } from '../outbox/record.ts';
import { isUnaddressed, UNKNOWN_NOTIFIER } from '../outbox/unaddressed.ts';

/** Of a busy day, all at once, they are more files than a process may have open. */
const FILES_AT_ONCE = 16;
const readers = takeTurns(FILES_AT_ONCE);

const iso = (ms: number): string => new Date(ms).toISOString();

/** What is in the outbox, oldest first; what was delivered stays there for two days. */
export async function notices(context: Reading, { pending, task }: Parsed<'notices'>): Promise<Result<'notices'>> {
  const id = task === undefined ? undefined : find(context, task).spec.id;
  const names = context.outbox.notifiers.map(({ name }) => name);
  const fitting = context.outbox
    .records()
    .filter(({ notice }) => id === undefined || notice.task.id === id)
    .filter(({ deliveries }) => !pending || deliveries.some(({ state }) => state === 'pending'));
  fitting.sort((a, b) => a.notice.at - b.notice.at);
  return { notices: await Promise.all(fitting.map((each) => readers(() => rowOf(each, context.outbox, names)))) };
}

async function rowOf(one: Outline, outbox: Reading['outbox'], names: readonly string[]) {
  const { notice, deliveries } = one;
  return {
    id: notice.id,
    kind: notice.kind,
    at: iso(notice.at),
    task: notice.task.id,
    name: notice.task.name,
    sentence: await outbox.sentenceOf(one),
    deliveries: deliveries.map((each) => deliveryRow(each, names)),
  };
}

function deliveryRow(delivery: Delivery, names: readonly string[]) {
  const { notifier, state, tries, nextAt } = delivery;
  const why = isUnaddressed(delivery, names) ? UNKNOWN_NOTIFIER : delivery.why;
  return {
    notifier,
    state,
    tries,
    ...(state === 'pending' && nextAt > 0 ? { nextAt: iso(nextAt) } : {}),
    ...(why === undefined ? {} : { why }),
  };
}
