import type { FailureKind } from './event.ts';
import type { Notice } from './notice.ts';

/** These belong to an account: what befalls one task of an agent befalls all of them. */
const SHARED: readonly (FailureKind | undefined)[] = ['auth', 'billing', 'usage-limit'];
const NAMED = 5;

/** What a notice has in common with those of other tasks; nothing where it is about its own task alone. */
export const foldKey = ({ kind, task: { agent, failure } }: Notice): string | undefined =>
  (kind === 'failed' || kind === 'rate-limited') && SHARED.includes(failure) ? `${agent}/${failure}` : undefined;

/** Notices of many tasks with one cause, oldest first, as one: how many, which, why, and the way out. */
export function folded([first, ...more]: readonly [Notice, ...Notice[]]): Notice {
  if (more.length === 0) return first;
  const all = [first, ...more];
  const { agent, failure } = first.task;
  const names = all.slice(0, NAMED).map(({ task }) => task.name);
  const which = all.length > NAMED ? `${names.join(', ')} and ${all.length - NAMED} more` : names.join(', ');
  const count = `${all.length} tasks of ${agent}`;
  const cause = first.cause === '' ? '' : `: ${first.cause}`;
  const sentence =
    first.kind === 'rate-limited'
      ? `⏳ ${count} wait for their provider (${which})${cause}`
      : `❌ ${count} failed (${which})${cause}; then: holdfast retry --failed-by ${failure}`;
  return { ...first, task: { ...first.task, name: count }, sentence };
}
