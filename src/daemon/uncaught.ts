import { EXIT } from '../protocol/exit-codes.ts';
import type { Log } from './log.ts';
import { loggable } from './loggable.ts';

/** The machine or our limits are exhausted, which passes. */
const EXHAUSTED = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'];

/**
 * Decides about errors that nobody caught: they end the daemon, told without what they may carry (Node would print the
 * words and the environment of a failed child process), and the next one takes over. Not where a process could not be
 * started because too much is open: Node emits that error a second time on a child that execa 9.6 has given up.
 */
export function watchUncaught(log: Log): void {
  process.on('uncaughtException', (error) => {
    const { syscall, code } = error as NodeJS.ErrnoException; // looked at, not trusted
    log.fatal({ event: 'uncaught', err: error }, 'an error that nobody caught');
    if (String(syscall).startsWith('spawn') && EXHAUSTED.includes(String(code))) return;
    const { type, message } = loggable(error);
    process.stderr.write(`holdfast daemon: ${type}: ${message}\n`);
    process.exit(EXIT.error);
  });
  process.on('SIGXFSZ', () => undefined); // a file would grow beyond `ulimit -f`: the write fails, and that is enough
}
