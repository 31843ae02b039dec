import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, type Stats } from 'node:fs';
import { lstat, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failpoint } from './failpoint.ts';

/** Is this the error code of a failed file operation? */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** Errors of a disk that takes nothing just now, or for good. */
const UNWRITABLE: Readonly<Record<string, string>> = {
  EFBIG: 'a file may not grow further',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EIO: 'the disk fails',
};

/** Why a disk took nothing, in the words of a person; nothing where that was not the trouble. */
export function unwritable(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return Object.hasOwn(UNWRITABLE, code) ? `${code}: ${UNWRITABLE[code]}` : undefined;
}

/** A directory that is not ours alone. */
export class NotPrivateError extends Error {
  override readonly name = 'NotPrivateError';
}

/**
 * Makes a directory for us alone (0700), or checks that it is one: ours, no symbolic link, closed to group and others. One
 * that is made survives a power cut: what is synced in a directory whose own name is lost is lost with it.
 */
export async function privateDirectory(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: 0o700 });
  for (let each = path; made !== undefined && each.length >= made.length; each = dirname(each))
    await syncNames(dirname(each)).catch((error: unknown) => {
      if (!hasCode(error, 'EACCES')) throw error; // one that we may write to and not read is none of ours
    });
  const problem = exposure(await lstat(path));
  if (problem) throw new NotPrivateError(`${path} ${problem}`);
}

function exposure(stats: Stats): string | undefined {
  if (!stats.isDirectory()) return 'is not a directory (or a symbolic link): move it away';
  if (stats.uid !== process.getuid?.()) return `belongs to user ${stats.uid}: use a directory of your own`;
  if (stats.mode & 0o077) return 'is open to other users: close it with chmod 700';
  return undefined;
}

/** Writes a file so that a crash leaves the old or the new one, whole: temporary file, fsync, rename, fsync of the directory. */
export async function writeDurably(path: string, data: string | Uint8Array, mode = 0o600): Promise<void> {
  failpoint();
  const draft = `${path}.tmp`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const file = await open(draft, flags, mode);
  try {
    await file.writeFile(data); // loops over short writes, where a single write would not
    await file.sync();
  } finally {
    await file.close();
  }
  failpoint();
  await rename(draft, path);
  await syncDirectory(dirname(path));
}

/** The same, where it does not stand there already: a full disk must not keep us from what needs no writing. */
export async function writeWhereDifferent(path: string, text: string, mode = 0o600): Promise<void> {
  if ((await readText(path)) !== text) await writeDurably(path, text, mode);
}

/** Makes the names in a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  failpoint();
  await syncNames(path);
}

async function syncNames(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Something is where a file of ours should be, and it cannot be one. */
export class NotOurFileError extends Error {
  override readonly name = 'NotOurFileError';
}

const MIB = 1024 * 1024;
/** Not through a symbolic link, and without waiting for whoever might write into a FIFO. */
export const OPEN_TO_READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The bytes of a file that we wrote, or nothing where there is none. What could lead elsewhere or never end is refused. */
export async function readBytes(path: string, maxBytes = 16 * MIB): Promise<Buffer | undefined> {
  const file = await open(path, OPEN_TO_READ).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    if (hasCode(error, 'ELOOP', 'ENXIO')) throw new NotOurFileError(`${path} is not a regular file`, { cause: error });
    throw error;
  });
  if (!file) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new NotOurFileError(`${path} is not a regular file`);
    if (stats.size > maxBytes) throw new NotOurFileError(`${path} has ${stats.size} bytes, more than it can have`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Read into by `useBytesNow`: a buffer for each of ten thousand files would cost more than what is read (400 of 1,100 ms, Node 20). */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * The same at once, for reading thousands of small files before anybody waits for an answer: five times as fast (Node 20).
 * The bytes are lent: they are others as soon as `use` has returned.
 */
export function useBytesNow<T>(path: string, use: (bytes: Buffer) => T, maxBytes = 16 * MIB): T | undefined {
  let fd: number;
  try {
    fd = openSync(path, OPEN_TO_READ);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    if (hasCode(error, 'ELOOP', 'ENXIO')) throw new NotOurFileError(`${path} is not a regular file`, { cause: error });
    throw error;
  }
  let bytes: Buffer;
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new NotOurFileError(`${path} is not a regular file`);
    if (stats.size > maxBytes) throw new NotOurFileError(`${path} has ${stats.size} bytes, more than it can have`);
    bytes = stats.size > scratch.length ? readFileSync(fd) : scratch.subarray(0, filled(fd, stats.size));
  } finally {
    closeSync(fd);
  }
  return use(bytes);
}

function filled(fd: number, size: number): number {
  let had = 0;
  for (let read = 1; read > 0 && had < size; had += read) read = readSync(fd, scratch, had, size - had, had);
  return had;
}

/** The text of a file that we wrote, or nothing where there is none. */
export const readText = async (path: string): Promise<string | undefined> => (await readBytes(path))?.toString('utf8');

/** The JSON in a small file; nothing where there is no file, or no whole one. */
export async function readJson(path: string): Promise<unknown> {
  try {
    const bytes = await readBytes(path, MIB);
    return bytes && JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof NotOurFileError) return undefined; // torn by a power cut, or not ours: as good as not written
    throw error;
  }
}

/** The same without waiting: a small record of ours lies in the page cache, and a trip to the thread pool costs ten times the read. */
export function readJsonNow(path: string): unknown {
  try {
    const file = openSync(path, OPEN_TO_READ);
    try {
      const stats = fstatSync(file);
      return stats.isFile() && stats.size <= MIB ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO')) return undefined;
    throw error;
  }
}

/** The first `most` bytes of a file as text, and how many bytes it has; empty where there is none. */
export async function readHead(path: string, most: number): Promise<{ readonly text: string; readonly bytes: number }> {
  try {
    const file = await open(path, OPEN_TO_READ);
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(Math.min(size, most)), position: 0 });
      return { text: buffer.toString('utf8', 0, bytesRead), bytes: size };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return { text: '', bytes: 0 };
    throw error;
  }
}

/** The last `bytes` bytes of a file as text; empty where there is none. At once: a death waits for nothing but this. */
export function readTailNow(path: string, bytes: number): string {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { size } = fstatSync(fd);
      const buffer = Buffer.alloc(Math.min(size, bytes));
      return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, Math.max(0, size - bytes)));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return '';
    throw error;
  }
}
