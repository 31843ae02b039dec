import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Entry } from './memory.ts';

/** A place to write what happens; each entry is on the disk when `append` returns. */
export interface Transcript {
  readonly append: (entry: Entry) => void;
}

/** The directory of everything that the demo agent keeps. */
export function dataDirectory(env: NodeJS.ProcessEnv): string {
  const data = env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share');
  return join(data, 'holdfast-demo');
}

/** Where a conversation is kept. */
export const transcriptFile = (directory: string, id: string): string =>
  join(directory, 'conversations', `${id}.jsonl`);

/** The bytes of a transcript, or `undefined` where there is none. */
export function readTranscript(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes a transcript with its first entries: it is there with all of them or, after a death, not at all. */
export function createTranscript(file: string, entries: readonly Entry[]): Transcript {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.tmp`;
  const fd = openSync(draft, 'w', 0o600);
  writeEntries(fd, entries);
  renameSync(draft, file);
  const directory = openSync(dirname(file), 'r');
  fsyncSync(directory); // else a power cut could undo the rename
  closeSync(directory);
  return { append: (entry) => writeEntries(fd, [entry]) };
}

/** Opens a transcript to go on with it; a last line that a death has torn is cut off first. */
export function continueTranscript(file: string): Transcript {
  const bytes = readFileSync(file);
  const fd = openSync(file, 'r+');
  const whole = bytes.lastIndexOf('\n') + 1;
  if (whole < bytes.length) ftruncateSync(fd, whole);
  closeSync(fd);
  const end = openSync(file, 'a');
  return { append: (entry) => writeEntries(end, [entry]) };
}

function writeEntries(fd: number, entries: readonly Entry[]): void {
  const bytes = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
  fsyncSync(fd);
}
