import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readerOf } from '../../domain/agent.ts';
import type { AgentEvent } from '../../domain/event.ts';
import { narrator } from '../../domain/narrator.ts';
import { driverOf, isFinal } from '../../domain/task.ts';
import { attemptFiles } from '../../drivers/attempt.ts';
import { eventsOf } from '../../drivers/event-log.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { hasCode, readText } from '../../system/files.ts';
import { lineSplitter } from '../../system/jsonl.ts';
import { type Context, find } from '../context.ts';
import { subjectOf } from '../effects.ts';
import type { Held } from '../held.ts';

type Entries = Result<'logs'>['entries'];

const EVERYTHING = { task: '', lines: 10_000, raw: false, screen: false, after: undefined, waitMs: 0 };
const NEWS_EVERY_MS = 200;
const MOST_BYTES = 64 * 1024 * 1024;

/** What the agent did, attempt after attempt; with a cursor, only what came after it. */
export async function logs(context: Context, params: Parsed<'logs'>, caller: AbortSignal): Promise<Result<'logs'>> {
  const held = find(context, params.task);
  if (params.screen)
    return { entries: [], screen: await screenOf(context, held, params.attempt), cursor: '', over: true };
  const until = Date.now() + params.waitMs;
  for (;;) {
    const over = isFinal(held.task.phase); // asked before reading, so that nothing comes after "over"
    const { entries, cursor } = await read(held, params);
    const left = until - Date.now();
    if (entries.length > 0 || over || left <= 0 || caller.aborted) return { entries, cursor, over };
    await context.changes.next(Math.min(left, NEWS_EVERY_MS), caller);
  }
}

/**
 * The pane as it is now; of an attempt that has ended, or a session that is closed, as it was kept; where the session died
 * before that could be done, drawn again from the agent's events.
 */
async function screenOf({ driver }: Context, held: Held, attempt = held.task.attempt): Promise<string> {
  const now = attempt === held.task.attempt ? await driver.screen(subjectOf(held)) : undefined;
  const kept = now ?? (await readText(attemptFiles(held.dir, attempt).screen));
  return kept ?? (await drawn(held, attempt));
}

async function drawn(held: Held, attempt: number): Promise<string> {
  const { entries } = await read(held, { ...EVERYTHING, attempt });
  const tell = narrator({ color: false });
  return entries
    .map(({ event }) =>
      tell(event as AgentEvent)
        .map((line) => `${line}\n`)
        .join(''),
    )
    .join(''); // read() made them
}

async function read(held: Held, params: Parsed<'logs'>): Promise<{ entries: Entries; cursor: string }> {
  const { attempt, after, lines } = params;
  const [fromAttempt, fromByte] = cursorFrom(after);
  const entries: Entries = [];
  let cursor = after ?? '1:0';
  for (const n of await attemptsOf(held)) {
    if (attempt === undefined ? n < fromAttempt : n !== attempt) continue;
    const from = n === fromAttempt ? fromByte : 0;
    const chunk = await bytesFrom(attemptFiles(held.dir, n).events, from);
    const end = chunk.lastIndexOf(10) + 1; // a half line waits for the rest of it
    cursor = `${n}:${from + end}`;
    for (const entry of entriesIn(chunk.subarray(0, end), n, held, params)) entries.push(entry);
  }
  return {
    entries: after === undefined ? entries.slice(entries.length - Math.min(lines, entries.length)) : entries,
    cursor,
  };
}

function entriesIn(bytes: Buffer, attempt: number, { agent, spec }: Held, { raw }: Parsed<'logs'>): Entries {
  const lines = lineSplitter()(bytes);
  if (raw) return lines.map((line) => ({ attempt, raw: line }));
  const reader = readerOf(agent, driverOf(spec));
  return lines.flatMap((line) => eventsOf(line, reader)).map((event) => ({ attempt, event }));
}

function cursorFrom(text: string | undefined): readonly [number, number] {
  if (text === undefined) return [1, 0];
  const [, attempt, byte] = /^(\d{1,9}):(\d{1,15})$/.exec(text) ?? [];
  if (attempt !== undefined && byte !== undefined) return [Number(attempt), Number(byte)];
  throw new Refusal(EXIT.usage, `${JSON.stringify(text)} is no cursor: use the one of an earlier answer`);
}

async function attemptsOf({ dir }: Held): Promise<readonly number[]> {
  const names = await readdir(join(dir, 'attempts'));
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

async function bytesFrom(path: string, from: number): Promise<Buffer> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return Buffer.alloc(0); // somebody's FIFO, which may never end
    const { size } = found;
    if (size - from > MOST_BYTES)
      throw new Refusal(EXIT.error, `${path} has ${size} bytes, too many to send: read the file itself`);
    return (await readFile(path)).subarray(from);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return Buffer.alloc(0);
    throw error;
  }
}
