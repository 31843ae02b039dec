import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { makePrivateDir } from '../protocol/private-dir.ts';
import type { Context } from './context.ts';
import { usageError } from './errors.ts';

/** A prompt that is ready for the daemon; `discard` is for the one that it did not take. */
export interface Prompt {
  readonly params: { readonly prompt: string } | { readonly promptFile: string };
  readonly discard: () => Promise<void>;
}

/** What the command line says about the prompt. */
export interface PromptFlags {
  readonly prompt?: string | undefined;
  readonly promptFile?: string | undefined;
}

const CHUNK_BYTES = 1_048_576;
const LOOK_MS = 1_500;

/** Brings the prompt to where the daemon takes it over: any bytes, any size, and never in anybody's argv. */
export async function takePrompt({ prompt, promptFile }: PromptFlags, context: Context): Promise<Prompt> {
  if (prompt !== undefined && promptFile !== undefined)
    throw usageError('give either --prompt or --prompt-file, not both');
  if (prompt !== undefined) {
    if (prompt.trim() === '') throw empty('--prompt');
    return { params: { prompt }, discard: async () => {} };
  }
  if (promptFile !== undefined && promptFile !== '-') return copy(chunksOf(promptFile), promptFile, context);
  const { stdin, output } = context;
  if (promptFile === undefined && stdin.isTTY) {
    throw usageError('there is no prompt: give --prompt TEXT or --prompt-file FILE, or pipe it in');
  }
  const told = stdin.isTTY ? 'type the prompt; Ctrl-D ends it' : 'reading the prompt from stdin';
  const telling = setTimeout(() => output.say(told), stdin.isTTY ? 0 : LOOK_MS);
  return copy(stdin, 'stdin', context).finally(() => clearTimeout(telling));
}

/** A regular file and nothing else: a FIFO or a device might never end. */
async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const file = await openPrompt(path);
  try {
    for (;;) {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafe(CHUNK_BYTES) });
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function openPrompt(path: string): Promise<FileHandle> {
  const shown = JSON.stringify(path);
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK); // O_NONBLOCK: to open a FIFO must not wait
  } catch (cause) {
    throw new Refusal(EXIT.noInput, cannotOpen(shown, cause), { cause });
  }
  const stats = await file.stat();
  if (stats.isFile()) return file;
  await file.close();
  const pipe = 'pipe it in instead: ... | holdfast start AGENT NAME --prompt-file -';
  if (stats.isDirectory()) throw noInput(`the prompt file ${shown} is a directory: name a file in it`);
  if (stats.isFIFO()) throw noInput(`the prompt file ${shown} is a FIFO: ${pipe}`);
  throw noInput(`the prompt file ${shown} is a device: ${pipe}`);
}

function cannotOpen(shown: string, cause: unknown): string {
  switch (
    (cause as NodeJS.ErrnoException).code // what `open` throws carries a code
  ) {
    case 'ENOENT':
      return `there is no prompt file ${shown}`;
    case 'ENOTDIR':
      return `there is no prompt file ${shown}: a part of the path is not a directory`;
    case 'EACCES':
    case 'EPERM':
      return `the prompt file ${shown} is not readable for you`;
    case 'ENXIO':
      return `the prompt file ${shown} is a socket: name a regular file`;
    default:
      return `the prompt file ${shown} cannot be opened: ${String(cause)}`;
  }
}

async function copy(chunks: AsyncIterable<Buffer>, name: string, { paths }: Context): Promise<Prompt> {
  makePrivateDir(paths.stateDir);
  makePrivateDir(paths.incomingDir);
  const path = join(paths.incomingDir, `${randomUUID()}.md`);
  const discard = () => rm(path, { force: true });
  const file = await create(path);
  try {
    let blank = true;
    for await (const chunk of chunks) {
      blank &&= chunk.every(isSpace);
      await writeAll(file, chunk, path);
    }
    if (blank) throw empty(name);
    await file.datasync(); // the daemon promises durability by taking the file over, not by reading it
  } catch (error) {
    await discard();
    throw error;
  } finally {
    await file.close();
  }
  return { params: { promptFile: path }, discard };
}

async function create(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'wx', 0o600); // O_EXCL: never through what somebody else put there
    await file.chmod(0o600); // the umask may have taken even that
    return file;
  } catch (cause) {
    throw new Refusal(EXIT.cannotWrite, `cannot write ${path}: ${String(cause)}`, { cause });
  }
}

async function writeAll(file: FileHandle, chunk: Buffer, path: string): Promise<void> {
  try {
    await file.writeFile(chunk); // on a handle it goes on where the last one ended
  } catch (cause) {
    throw new Refusal(EXIT.cannotWrite, `cannot write ${path}: ${String(cause)}`, { cause });
  }
}

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

const empty = (where: string) =>
  new Refusal(EXIT.badPrompt, `the prompt from ${where} is empty: say what is to be done`);

const noInput = (message: string) => new Refusal(EXIT.noInput, message);
