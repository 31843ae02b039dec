import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import pino from 'pino';
import { NotPrivateError, unwritable } from '../system/files.ts';
import { loggable } from './loggable.ts';

export type Log = pino.Logger;

/** Bytes of the log that wait in memory while they cannot be written. */
const WAITING_BYTES = 1024 * 1024;

/**
 * The daemon's log. Written synchronously: a worker's buffer is lost when the daemon is killed (2,000 of 2,000 lines,
 * pino 10). A log that cannot be written, on a full disk for example, ends nothing.
 */
export function openLog(file: string, level: string): Log {
  const destination = pino.destination({ fd: openOwn(file), sync: true, maxLength: WAITING_BYTES });
  destination.on('error', () => undefined);
  return pino({ level, base: { pid: process.pid }, serializers: { err: loggable } }, destination);
}

/** The log of a daemon that can perhaps write nothing: then it goes nowhere. */
export function lastResortLog(file: string, level: string): Log {
  try {
    return openLog(file, level);
  } catch (error) {
    if (unwritable(error) === undefined) throw error;
    return pino({ enabled: false });
  }
}

/** Opens the log for appending: through no symbolic link, and into no FIFO. */
function openOwn(file: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const fd = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new NotPrivateError(`${file} is not a regular file: move it away`);
}
