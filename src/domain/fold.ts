import type { FailureKind } from './event.ts';
import { commonLoss } from './losses.ts';
import type { Notice } from './notice.ts';
import type { Named, Notifier } from './notifier.ts';

/** These belong to an account: what befalls one task of an agent befalls all of them. */
const SHARED: readonly (FailureKind | undefined)[] = ['auth', 'billing', 'usage-limit'];
const NAMED = 5;

/** Which daemon came back stands in the id of the notice that tells it. */
const RECOVERED = /-recovered-(\d+)$/;

/** What a notice has in common with those of other tasks, for who is told so; nothing where it is about its own task alone. */
export function foldKey(notice: Notice, folds: Notifier['folds']): string | undefined {
  if (folds === 'nothing') return undefined;
  return accountKey(notice) ?? (folds === 'fleet' ? fleetKey(notice) : undefined);
}

const accountKey = ({ kind, task: { agent, failure } }: Notice): string | undefined =>
  (kind === 'failed' || kind === 'rate-limited') && SHARED.includes(failure) ? `${agent}/${failure}` : undefined;

function fleetKey({ id, kind, cause }: Notice): string | undefined {
  if (kind === 'daemon-recovered') return `${kind}/${RECOVERED.exec(id)?.[1] ?? ''}`;
  if (kind !== 'crashed' && kind !== 'resumed') return undefined;
  const loss = commonLoss(cause);
  return loss && `${kind}/${loss}`;
}

/** The tasks of these notices, each once, in their order. */
export const tasksOf = (notices: readonly Notice[]): readonly Named[] => [
  ...new Map(notices.map(({ task: { id, name } }) => [id, { id, name }])).values(),
];

/**
 * Notices with one cause, oldest first, as one: of how many tasks, which, why, and the way out; of one task alone the latest. Its
 * id is that of the first with their number: one that tells of more is another, and no receiver takes it for one that it has.
 */
export function folded([first, ...more]: readonly [Notice, ...Notice[]]): Notice {
  const last = more.at(-1);
  if (!last) return first;
  const id = `${first.id}+${more.length}`;
  const all = tasksOf([first, ...more]);
  if (all.length === 1) return { ...last, id };
  const { agent, failure } = first.task;
  const names = all.slice(0, NAMED).map(({ name }) => name);
  const which = all.length > NAMED ? `${names.join(', ')} and ${all.length - NAMED} more` : names.join(', ');
  const count = SHARED.includes(failure) ? `${all.length} tasks of ${agent}` : `${all.length} tasks`; // else whatever agents they have
  const { goal: _g, result: _r, ...shared } = first; // these are of one task alone
  const sentence = sentenceFor(first, count, which);
  return { ...shared, id, task: { ...first.task, name: count }, sentence };
}

function sentenceFor({ kind, cause, task: { failure } }: Notice, count: string, which: string): string {
  const because = cause === '' ? '' : `: ${cause}`;
  switch (kind) {
    case 'daemon-recovered':
      return `🛟 ${count} are supervised again (${which})${because}`;
    case 'crashed':
      return `💥 ${count} crashed at once (${which})${because}; they are resumed, the oldest first`;
    case 'resumed':
      return `🔁 ${count} go on (${which}) after: ${cause}`;
    case 'rate-limited':
      return `⏳ ${count} wait for their provider (${which})${because}`;
    default:
      return `❌ ${count} failed (${which})${because}; then: holdfast retry --failed-by ${failure}`;
  }
}
