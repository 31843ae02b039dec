import { isFinal } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { isoTimes } from '../../protocol/iso-times.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { takeTurns } from '../../system/turns.ts';
import { find, type Reading } from '../context.ts';
import type { Held } from '../held.ts';
import type { Entry } from '../journal.ts';
import { type Place, settled } from '../sequence.ts';

/** What the cursor is held against, and the tasks that still are. */
type Known = Pick<Reading, 'supervisor' | 'changes' | 'epoch'>;

/** A fleet's journals, opened all at once, are more files than a process may have open. */
const JOURNALS_AT_ONCE = 16;
const readers = takeTurns(JOURNALS_AT_ONCE);

/** Every happening of every task after a cursor, in the order in which they were written. */
export async function events(context: Known, params: Parsed<'events'>, caller: AbortSignal): Promise<Result<'events'>> {
  const after = placeFrom(params.after);
  const until = Date.now() + params.waitMs;
  for (;;) {
    const helds = params.task === undefined ? context.supervisor.tasks : [find(context, params.task)];
    const found = await read(context, helds, after, settled(context.epoch));
    const left = until - Date.now();
    if (found.length > 0 || left <= 0 || caller.aborted) return answer(found, params);
    await context.changes.next(left, caller);
  }
}

interface Line {
  readonly held: Held;
  readonly entry: Entry;
}

function answer(found: readonly Line[], { most, after }: Parsed<'events'>): Result<'events'> {
  const rows = found.slice(0, most).map(rowOf);
  return { events: rows, cursor: rows.at(-1)?.cursor ?? after ?? '0.0', more: found.length > most };
}

/** What is still on its way to disk, and whatever has a higher number, waits: who reads on never misses a line. */
async function read(known: Known, helds: readonly Held[], after: Place, upTo: Place): Promise<readonly Line[]> {
  const news = helds.filter(({ journal }) => !journal.end || compare(journal.end(), after) > 0);
  const lines = await Promise.all(news.map((held) => readers(() => linesOf(known, held))));
  return lines
    .flat()
    .filter(({ entry }) => compare(placeOf(entry), after) > 0 && compare(placeOf(entry), upTo) < 0)
    .sort(
      (a, b) => compare(placeOf(a.entry), placeOf(b.entry)) || a.entry.at - b.entry.at || a.entry.line - b.entry.line,
    );
}

/** Nothing of a task that was forgotten just now; a journal that cannot be read is an error, for the cursor would pass it by. */
async function linesOf({ supervisor }: Known, held: Held): Promise<readonly Line[]> {
  try {
    return (await held.journal.entries()).map((entry) => ({ held, entry }));
  } catch (error) {
    if (supervisor.tasks.includes(held)) throw error;
    return [];
  }
}

const placeOf = ({ epoch, order = 0 }: Entry): Place => ({ epoch, order });
const compare = (a: Place, b: Place): number => a.epoch - b.epoch || a.order - b.order;

function placeFrom(cursor: string | undefined): Place {
  if (cursor === undefined) return { epoch: 0, order: -1 };
  const [, epoch, order] = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? [];
  if (epoch !== undefined && order !== undefined) return { epoch: Number(epoch), order: Number(order) };
  throw new Refusal(EXIT.usage, `${JSON.stringify(cursor)} is no cursor: use the one of an earlier event`);
}

function rowOf({ held: { spec }, entry }: Line): Result<'events'>['events'][number] {
  const { at, happening, task } = entry;
  const { epoch, order } = placeOf(entry);
  const { phase } = task;
  return {
    cursor: `${epoch}.${order}`,
    at: new Date(at).toISOString(),
    task: spec.id,
    name: spec.name,
    agent: spec.agent,
    labels: [...spec.labels],
    happening: { ...isoTimes(happening), type: happening.type },
    state: phase.state,
    attempt: task.attempt,
    over: isFinal(phase),
    ...('why' in phase ? { why: phase.why } : {}),
  };
}
