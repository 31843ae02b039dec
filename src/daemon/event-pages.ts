import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { readerOf } from '../domain/agent.ts';
import { driverOf } from '../domain/task.ts';
import { attemptFiles } from '../drivers/attempt.ts';
import { eventsOf } from '../drivers/event-log.ts';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import type { Parsed, Result } from '../protocol/methods.ts';
import { lastLines, linesFrom } from '../system/file-lines.ts';
import { LONGEST_LINE_BYTES } from '../system/jsonl.ts';
import type { Held } from './held.ts';

/** After so many bytes of the agent's own events an answer begins no other attempt: the next one goes on. */
const PAGE_BYTES = LONGEST_LINE_BYTES;
/** The last events are looked for in so many bytes before the end, no further. */
const LOOK_BACK_BYTES = 256 * 1024 * 1024;
/** After so many lines others get their turn. */
const BREATHES_AFTER = 1000;

/** A part of what is asked for, and the cursor that goes on behind it. */
type Page = Pick<Result<'logs'>, 'entries' | 'cursor' | 'more'>;
type Entries = Page['entries'];
type Asked = Pick<Parsed<'logs'>, 'attempt' | 'lines' | 'raw' | 'after'>;

/** A byte of an attempt's events. `skip`: so many events of the line that begins there are older than what is asked for. */
interface Place {
  readonly attempt: number;
  readonly byte: number;
  readonly skip: number;
}

/** The events after a cursor; without one, the last `lines` of them from the first on. */
export async function pageOf(held: Held, asked: Asked): Promise<Page> {
  const attempts = (await attemptsOf(held)).filter((n) => asked.attempt === undefined || n === asked.attempt);
  const place = asked.after === undefined ? await lastOf(held, attempts, asked) : placeFrom(asked.after);
  const entries: Entries = [];
  let cursor = cursorOf(place);
  let room = PAGE_BYTES;
  let more = false;
  for (const attempt of attempts.filter((n) => n >= place.attempt || n === asked.attempt)) {
    more ||= room <= 0;
    if (more) break;
    const from = attempt === place.attempt ? place.byte : 0;
    const found = await linesFrom(attemptFiles(held.dir, attempt).events, from);
    for (const [at, line] of found.lines.entries()) {
      if (at % BREATHES_AFTER === BREATHES_AFTER - 1) await breathe();
      for (const entry of entriesOf(line, attempt, held, asked)) entries.push(entry);
    }
    cursor = cursorOf({ attempt, byte: found.end });
    room -= found.end - from;
    more = found.more;
  }
  return { entries: entries.slice(place.skip), cursor, more };
}

/** Finds where the last `asked.lines` events begin, in however many attempts. */
async function lastOf(held: Held, attempts: readonly number[], asked: Asked): Promise<Place> {
  let place: Place = { attempt: attempts.at(-1) ?? 1, byte: 0, skip: 0 };
  let wanted = asked.lines;
  let within = LOOK_BACK_BYTES;
  for (const attempt of attempts.toReversed()) {
    const count = (line: string) => entriesOf(line, attempt, held, asked).length;
    const { byte, had, used } = await lastLines(attemptFiles(held.dir, attempt).events, { wanted, count, within });
    place = { attempt, byte, skip: Math.max(0, had - wanted) };
    wanted -= had;
    within -= used;
    if (wanted <= 0 || within <= 0) break;
  }
  return place;
}

function entriesOf(line: string, attempt: number, { agent, spec }: Held, { raw }: Asked): Entries {
  if (raw) return [{ attempt, raw: line }];
  return eventsOf(line, readerOf(agent, driverOf(spec))).map((event) => ({ attempt, event }));
}

const cursorOf = ({ attempt, byte }: Omit<Place, 'skip'>): string => `${attempt}:${byte}`;

function placeFrom(cursor: string): Place {
  const [, attempt, byte] = /^(\d{1,9}):(\d{1,15})$/.exec(cursor) ?? [];
  if (attempt !== undefined && byte !== undefined) return { attempt: Number(attempt), byte: Number(byte), skip: 0 };
  throw new Refusal(EXIT.usage, `${JSON.stringify(cursor)} is no cursor: use the one of an earlier answer`);
}

async function attemptsOf({ dir }: Held): Promise<readonly number[]> {
  const names = await readdir(join(dir, 'attempts'));
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}
