import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Agent } from '../domain/agent.ts';
import { advance, noProgress, type Progress, seenAt } from '../domain/progress.ts';
import { hasCode } from '../system/files.ts';
import { lineSplitter } from '../system/jsonl.ts';
import { takeTurns } from '../system/turns.ts';

/** Lent to each read, and at once: a trip to the thread pool costs ten times the read, and a death waits for it. */
const scratch = Buffer.allocUnsafeSlow(256 * 1024);

type Read = Agent['print']['read'];

/** Follows the events of one attempt: each look reads only what was added since the last. */
export interface EventLog {
  readonly look: () => Promise<{ readonly progress: Progress; readonly lastSignAt?: number }>;
  /** Is there more than was read? One system call. */
  readonly hasNews: () => boolean;
}

/** Folds the agent's own event file, as it grows, into what it adds up to. */
export function eventLog(path: string, read: Read): EventLog {
  const split = lineSplitter();
  const turns = takeTurns(1); // two looks at once would take the same bytes twice, and skip as many
  let offset = 0;
  let progress = noProgress;
  let lastSignAt: number | undefined;

  const take = (line: string): void => {
    for (const event of eventsOf(line, read)) progress = advance(progress, event);
  };

  const hasNews = () => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) !== offset;

  const readOn = async (): Promise<void> => {
    const fd = openToRead(path);
    if (fd === undefined) return;
    try {
      let had = 0;
      do {
        if (had > 0) await breathe(); // thousands of lines let nobody wait
        had = readSync(fd, scratch, 0, scratch.length, offset);
        offset += had;
        split(scratch.subarray(0, had)).forEach(take);
      } while (had === scratch.length);
      if (offset === 0) return;
      lastSignAt = fstatSync(fd).mtimeMs;
      progress = seenAt(progress, Math.round(lastSignAt));
    } finally {
      closeSync(fd);
    }
  };

  const look = () =>
    turns(async () => {
      if (hasNews()) await readOn();
      return { progress, ...(lastSignAt === undefined ? {} : { lastSignAt }) };
    });
  return { look, hasNews };
}

function openToRead(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** What one line of an agent's events says; nothing where it is not JSON. */
export function eventsOf(line: string, read: Read): ReturnType<Read> {
  if (!line.startsWith('{')) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return []; // torn by a kill in the middle of a write
  }
  return read(parsed);
}
