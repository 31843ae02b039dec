import { pulseText } from '../../domain/activity.ts';
import { noticeAbout } from '../../domain/notice.ts';
import { noProgress } from '../../domain/progress.ts';
import type { Held } from '../held.ts';
import type { Outbox } from '../outbox.ts';

/** Gives a sign of life of every task at work, each `everyMs`, at a tick; it may change. */
export function heartbeats(outbox: Pick<Outbox, 'beat'>, everyMs: () => number, now: () => number) {
  const lastAt = new Map<string, number>();
  return {
    beat(tasks: readonly Held[]): void {
      const at = now();
      const working = tasks.filter(({ task }) => task.phase.state === 'running');
      const ids = new Set<string>(working.map(({ spec }) => spec.id));
      for (const id of lastAt.keys()) if (!ids.has(id)) lastAt.delete(id);
      for (const held of working) {
        const last = lastAt.get(held.spec.id) ?? held.task.since;
        if (at - last < everyMs()) continue;
        lastAt.set(held.spec.id, at);
        outbox.beat(pulseOf(held, at), held.spec);
      }
    },
  };
}

function pulseOf({ spec, task, seen }: Held, at: number) {
  const startedAt = task.firstStartAt ?? task.since;
  const cause = pulseText(
    {
      agent: spec.agent,
      startedAt,
      lastSignAt: seen?.lastSignAt ?? task.since,
      progress: seen?.progress ?? noProgress,
    },
    at,
  );
  return noticeAbout('heartbeat', { spec, task, cause, at, id: `${spec.id}/${task.seq}-${at}` });
}
