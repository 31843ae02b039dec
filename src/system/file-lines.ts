import { type FileHandle, open } from 'node:fs/promises';
import { hasCode, OPEN_TO_READ } from './files.ts';
import { LONGEST_LINE_BYTES, lineSplitter } from './jsonl.ts';

const LF = 0x0a;
const CHUNK_BYTES = 1024 * 1024;

/** Whole lines from a place in a file on. */
interface Lines {
  readonly lines: readonly string[];
  /** Where to read on. */
  readonly end: number;
  /** There is more by now than was read. */
  readonly more: boolean;
}

/**
 * As many whole lines from a byte on as fit into `most`; half a line waits for the rest of it. A place in the middle of a
 * line belongs to one that is longer than that: it is left out to its end, so that one endless line is read only once.
 */
export async function linesFrom(path: string, from: number, most = LONGEST_LINE_BYTES): Promise<Lines> {
  const opened = await regular(path);
  if (!opened) return { lines: [], end: from, more: false };
  try {
    if (opened.size <= from) return { lines: [], end: from, more: false };
    const start = Math.max(0, from - 1); // the byte before tells whether a line begins here
    const bytes = await bytesAt(opened.file, start, Math.min(opened.size - start, from - start + most + 1));
    return cut(bytes, { start, from, more: start + bytes.length < opened.size });
  } finally {
    await opened.file.close();
  }
}

function cut(bytes: Buffer, { start, from, more }: { start: number; from: number; more: boolean }): Lines {
  const first = from === 0 ? 0 : bytes.indexOf(LF) + 1;
  const last = bytes.lastIndexOf(LF) + 1;
  const begins = from === 0 || first > 0;
  if (last > first) return { lines: lineSplitter()(bytes.subarray(first, last)), end: start + last, more };
  const waits = begins && (!more || start + first > from);
  return { lines: [], end: start + (waits ? first : bytes.length), more };
}

/** How far to look back, and what for. */
interface Search {
  /** Enough is found when the counts of the lines add up to so many. */
  readonly wanted: number;
  readonly count: (line: string) => number;
  /** No further back than so many bytes before the end. */
  readonly within: number;
  readonly most?: number;
}

/** The byte with which the last whole lines begin that count for what is wanted, what they count for, and the bytes from there on. */
export async function lastLines(path: string, { wanted, count, within, most = LONGEST_LINE_BYTES }: Search) {
  const opened = await regular(path);
  if (!opened) return { byte: 0, had: 0, used: 0 };
  const floor = Math.max(0, opened.size - within);
  let [byte, had] = [floor, 0];
  try {
    for await (const { text, from, to } of backward(opened, floor, most)) {
      if (wanted > 0) had += count(text);
      byte = wanted > 0 ? from : to;
      if (had >= wanted) break;
    }
  } finally {
    await opened.file.close();
  }
  return { byte, had, used: opened.size - byte };
}

/** A line and the bytes that it takes, `to` being that after its LF. */
interface PlacedLine {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

async function* backward({ file, size }: Opened, floor: number, most: number): AsyncGenerator<PlacedLine> {
  let to: number | undefined;
  let rest: Buffer[] = [];
  let restBytes = 0;
  const line = (from: number, head: Buffer, end: number): PlacedLine[] =>
    head.length + restBytes > most ? [] : [{ text: Buffer.concat([head, ...rest]).toString('utf8'), from, to: end }];
  for (let at = size; at > floor; ) {
    const start = Math.max(floor, at - CHUNK_BYTES);
    const bytes = await bytesAt(file, start, at - start);
    let end = bytes.length;
    for (const lf of breaksIn(bytes)) {
      if (to !== undefined) yield* line(start + lf + 1, bytes.subarray(lf + 1, end), to);
      [to, end, rest, restBytes] = [start + lf + 1, lf, [], 0];
    }
    if (to !== undefined) {
      restBytes += end;
      rest = restBytes > most ? [] : [bytes.subarray(0, end), ...rest];
    }
    at = start;
  }
  if (to !== undefined && floor === 0) yield* line(0, Buffer.alloc(0), to);
}

/** Where the LFs are, from the last to the first. */
function* breaksIn(bytes: Buffer): Generator<number> {
  for (let lf = bytes.lastIndexOf(LF); lf !== -1; lf = lf > 0 ? bytes.lastIndexOf(LF, lf - 1) : -1) yield lf;
}

interface Opened {
  readonly file: FileHandle;
  readonly size: number;
}

/** An open regular file; nothing where there is none, or something that may never end. */
async function regular(path: string): Promise<Opened | undefined> {
  const file = await open(path, OPEN_TO_READ).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO')) return undefined;
    throw error;
  });
  if (!file) return undefined;
  const stats = await file.stat();
  if (stats.isFile()) return { file, size: stats.size };
  await file.close();
  return undefined;
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let had = 0;
  for (let read = 1; read > 0 && had < length; had += read)
    read = (await file.read(buffer, had, length - had, at + had)).bytesRead;
  return buffer.subarray(0, had);
}
