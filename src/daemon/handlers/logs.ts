import type { AgentEvent } from '../../domain/event.ts';
import { narrator } from '../../domain/narrator.ts';
import { isFinal } from '../../domain/task.ts';
import { attemptFiles } from '../../drivers/attempt.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { readText } from '../../system/files.ts';
import { find, type Reading } from '../context.ts';
import { subjectOf } from '../effects.ts';
import { pageOf } from '../event-pages.ts';
import type { Held } from '../held.ts';

const NEWS_EVERY_MS = 200;
const MOST_DRAWN = 10_000;

/** What the agent did, attempt after attempt; with a cursor, only what came after it. A long answer comes in parts. */
export async function logs(context: Reading, params: Parsed<'logs'>, caller: AbortSignal): Promise<Result<'logs'>> {
  const held = find(context, params.task);
  mustHaveHad(held, params.attempt);
  if (params.screen)
    return { entries: [], screen: await screenOf(context, held, params.attempt), cursor: '', more: false, over: true };
  const until = Date.now() + params.waitMs;
  for (;;) {
    const ended = isFinal(held.task.phase); // asked before reading, so that nothing comes after "over"
    const page = await pageOf(held, params);
    const over = ended && !page.more;
    const left = until - Date.now();
    if (page.entries.length > 0 || page.more || over || left <= 0 || caller.aborted) return { ...page, over };
    await context.changes.next(Math.min(left, NEWS_EVERY_MS), caller);
  }
}

/** An attempt that never was has said nothing, and so has one that has just begun: they must not look the same. */
function mustHaveHad({ spec, task: { attempt: last } }: Held, attempt = last): void {
  if (attempt > last)
    throw new Refusal(EXIT.usage, `${spec.name} has had ${last === 1 ? '1 attempt' : `${last} attempts`}`);
}

/**
 * The pane as it is now; of an attempt that has ended, or a session that is closed, as it was kept; where the session died
 * before that could be done, drawn again from the agent's events.
 */
async function screenOf({ driver }: Reading, held: Held, attempt = held.task.attempt): Promise<string> {
  const now = attempt === held.task.attempt ? await driver.screen(subjectOf(held)) : undefined;
  const kept = now ?? (await readText(attemptFiles(held.dir, attempt).screen));
  return kept ?? (await drawn(held, attempt));
}

async function drawn(held: Held, attempt: number): Promise<string> {
  const tell = narrator({ color: false });
  let text = '';
  for (let after: string | undefined, more = true; more; ) {
    const page = await pageOf(held, { attempt, after, lines: MOST_DRAWN, raw: false });
    for (const { event } of page.entries) for (const line of tell(event as AgentEvent)) text += `${line}\n`; // pageOf() made it
    [after, more] = [page.cursor, page.more];
  }
  return text;
}
