import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** Makes a directory that only we can enter, or proves that the one which is there is such a directory. */
export function makePrivateDir(path: string): void {
  checkPrivateDir(path, made(path));
}

function made(path: string): Stats {
  const umask = process.umask(0o077); // with 0777 not even we could enter it
  try {
    const first = lstatSync(path, { throwIfNoEntry: false })
      ? undefined
      : mkdirSync(path, { recursive: true, mode: 0o700 });
    for (let each = path; first !== undefined && each.length >= first.length; each = dirname(each))
      syncNames(dirname(each));
    return lstatSync(path);
  } catch (error) {
    throw new Refusal(EXIT.cannotWrite, `cannot make the directory ${path}: ${reason(error)}`, { cause: error });
  } finally {
    process.umask(umask);
  }
}

/** A power cut must not take a directory with all that is synced in it. A place that is there for long may be unreadable for us. */
function syncNames(directory: string): void {
  let fd: number;
  try {
    fd = openSync(directory, 'r');
  } catch {
    return; // best effort: it can be written to all the same
  }
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Refuses a directory that somebody else owns, could enter, or could put in place of ours. */
export function checkPrivateDir(path: string, stats: Stats): void {
  if (stats.isSymbolicLink()) throw refused(path, 'is a symbolic link: remove it, or name the real directory');
  if (!stats.isDirectory()) throw refused(path, 'is not a directory: remove it');
  checkOwner(path, stats);
  if ((stats.mode & 0o077) !== 0) throw refused(path, `is open to other users. Close it with: chmod 700 ${path}`);
}

/** Refuses what belongs to another user: whoever owns the socket is who we would talk to. */
export function checkOwner(path: string, stats: Stats): void {
  const me = process.geteuid?.();
  if (stats.uid !== me) throw refused(path, `belongs to uid ${stats.uid}, and you are uid ${me}`);
}

const refused = (path: string, why: string) => new Refusal(EXIT.notAllowed, `${path} ${why}`);

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
