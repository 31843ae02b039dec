import { goesOnNow, mayResume } from '../domain/limits.ts';
import { mayLive } from '../domain/task.ts';
import type { Held } from './held.ts';

/** It waits, and what it tried last failed: perhaps it cannot be written down, so nobody waits for it. */
const isStuck = ({ task, trouble }: Held): boolean => trouble !== undefined && !mayLive(task.phase);

/** Who is stuck tries last: it takes no place from others while it fails again. */
export const stuckLast = (tasks: readonly Held[]): readonly Held[] =>
  tasks.toSorted((one, other) => Number(isStuck(one)) - Number(isStuck(other)));

/** Its own wait is over: may it try? Who shares a quota waits for the first to try. */
export function mayTry(held: Held, tasks: readonly Held[], at: number): boolean {
  if (held.task.phase.state !== 'rate-limited') return true;
  const all = tasks.filter((other) => held.trouble !== undefined || !isStuck(other));
  const drawers = all.map(({ spec, task }) => ({ agent: spec.agent, task }));
  return mayResume({ agent: held.spec.agent, task: held.task }, drawers, at);
}

/** So many places are taken. Who begins counts those, too, who go on. */
export const taken = (tasks: readonly Held[], beginning: ReadonlySet<string>, begins: boolean, at: number): number =>
  tasks.filter(
    (each) =>
      mayLive(each.task.phase) || beginning.has(each.spec.id) || (begins && goesOnNow(each.task, at) && !isStuck(each)),
  ).length;
