import { constants, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Agent } from '../domain/agent.ts';
import { advance, noProgress, type Progress } from '../domain/progress.ts';
import { hasCode } from '../system/files.ts';
import { lineSplitter } from '../system/jsonl.ts';
import { takeTurns } from '../system/turns.ts';

const CHUNK = 1 << 20;

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
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    });
    if (!file) return;
    try {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(1, (await file.stat()).size - offset)));
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
        if (bytesRead === 0) break;
        offset += bytesRead;
        split(Buffer.from(buffer.subarray(0, bytesRead))).forEach(take);
      }
      if (offset > 0) lastSignAt = (await file.stat()).mtimeMs;
    } finally {
      await file.close();
    }
  };

  const look = () =>
    turns(async () => {
      if (hasNews()) await readOn();
      return { progress, ...(lastSignAt === undefined ? {} : { lastSignAt }) };
    });
  return { look, hasNews };
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
