import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** What is in the outbox, oldest first; what was delivered stays there for two days. */
export async function notices(context: Context, { pending, task }: Parsed<'notices'>): Promise<Result<'notices'>> {
  const id = task === undefined ? undefined : find(context, task).spec.id;
  const fitting = context.outbox
    .records()
    .filter(({ notice }) => id === undefined || notice.task.id === id)
    .filter(({ deliveries }) => !pending || deliveries.some(({ state }) => state === 'pending'));
  return {
    notices: fitting
      .sort((a, b) => a.notice.at - b.notice.at)
      .map(({ notice, deliveries }) => ({
        id: notice.id,
        kind: notice.kind,
        at: iso(notice.at),
        task: notice.task.id,
        name: notice.task.name,
        sentence: notice.sentence,
        deliveries: deliveries.map(({ notifier, state, tries, nextAt, why }) => ({
          notifier,
          state,
          tries,
          ...(state === 'pending' && nextAt > 0 ? { nextAt: iso(nextAt) } : {}),
          ...(why === undefined ? {} : { why }),
        })),
      })),
  };
}
