import { lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal, Unreachable } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { checkOwner, checkPrivateDir } from './private-dir.ts';

/** Looks at who owns the socket, before anybody connects: whoever does could be anyone who is not us. */
export function checkSocket(path: string): void {
  const dir = dirname(path);
  const dirStats = look(dir);
  if (dirStats === undefined) throw new Unreachable('absent');
  checkPrivateDir(dir, dirStats);
  const stats = look(path);
  if (stats === undefined) throw new Unreachable('absent');
  checkOwner(path, stats);
  if (!stats.isSocket()) throw new Refusal(EXIT.notAllowed, `${path} is not a socket: remove it`);
}

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw new Refusal(EXIT.cannotWrite, `cannot look at ${path}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    }); // below a file, or not for us
  }
}
