import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { lineSplitter } from '../system/jsonl.ts';

const CHUNK_BYTES = 64 * 1024;
const END_BYTES = 8 * 1024;

/** A file that grows. */
export interface Tail {
  /** The complete lines that were added since the last look, chunk by chunk. */
  readonly more: () => Generator<readonly string[], void>;
  /** The last line, where the writer died inside it. */
  readonly rest: () => readonly string[];
}

/** Follows a file from its beginning; it need not be there yet. */
export function tailOf(file: string, onDropped: () => void): Tail {
  const split = lineSplitter({ onDropped });
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let fd: number | undefined;
  let position = 0;
  return {
    *more() {
      fd ??= openIfThere(file);
      if (fd === undefined) return;
      for (;;) {
        const bytes = readSync(fd, buffer, 0, buffer.length, position);
        if (bytes === 0) return;
        position += bytes;
        yield split(buffer.subarray(0, bytes));
      }
    },
    rest: () => split(Buffer.from('\n')).filter((line) => line !== ''),
  };
}

/** The last few thousand characters of a file; nothing where there is none. */
export function endOf(file: string): string {
  const fd = openIfThere(file);
  if (fd === undefined) return '';
  try {
    const buffer = Buffer.alloc(END_BYTES);
    const bytes = readSync(fd, buffer, 0, END_BYTES, Math.max(0, fstatSync(fd).size - END_BYTES));
    return buffer.toString('utf8', 0, bytes);
  } finally {
    closeSync(fd);
  }
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
