import { readerOf } from '../domain/agent.ts';
import { noProgress, type Progress } from '../domain/progress.ts';
import { driverOf } from '../domain/task.ts';
import { attemptFiles } from '../drivers/attempt.ts';
import { eventLog } from '../drivers/event-log.ts';
import type { Held } from './held.ts';

/** What the events of an attempt add up to: by the last look, or from disk where that saw another attempt, or none. */
export async function toldBy({ spec, agent, dir, seen }: Held, attempt: number): Promise<Progress> {
  if (seen?.attempt === attempt) return seen.progress;
  const log = eventLog(attemptFiles(dir, attempt).events, readerOf(agent, driverOf(spec)));
  return (await log.look().catch(unread)).progress;
}

/** What cannot be read any more keeps no task from its end. */
const unread = () => ({ progress: noProgress });

/** The commands that looked like tests, of the last attempt of this run that ran any: the one after it may have had no more to say than that it is done. */
export async function checksOf(held: Held): Promise<{ readonly attempt: number; readonly checks: Progress['checks'] }> {
  const first = held.task.attempt - held.task.tries + 1;
  for (let attempt = held.task.attempt; attempt >= first && attempt > 0; attempt--) {
    const { checks } = await toldBy(held, attempt);
    if (checks.length > 0) return { attempt, checks };
  }
  return { attempt: held.task.attempt, checks: [] };
}

/** The last message of an agent, whichever attempt it is from: the last may have died before it said a word. */
export async function lastMessageOf(
  held: Held,
): Promise<{ readonly attempt: number; readonly text: string } | undefined> {
  for (let attempt = held.task.attempt; attempt > 0; attempt--) {
    const text = (await toldBy(held, attempt)).lastMessage?.trim();
    if (text) return { attempt, text };
  }
  return undefined;
}
