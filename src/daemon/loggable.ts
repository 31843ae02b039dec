import { LaunchError } from '../domain/driver.ts';
import { Refusal } from '../protocol/errors.ts';
import { ExhaustedError } from '../system/command.ts';
import { NotOurFileError, NotPrivateError } from '../system/files.ts';
import { TmuxError } from '../system/tmux.ts';
import { JournalError, NewerJournalError } from './journal.ts';

/** Errors whose sentences we wrote: they name paths, ids and counts, and quote nothing that an agent or a prompt says. */
const OURS = [
  Refusal,
  LaunchError,
  TmuxError,
  ExhaustedError,
  JournalError,
  NewerJournalError,
  NotPrivateError,
  NotOurFileError,
];

/** An error as the log may have it. */
export interface Loggable {
  readonly type: string;
  readonly message: string;
  readonly at: readonly string[];
}

/**
 * An error without what it may carry: messages of libraries quote what they could not read, errors of child processes
 * have the command line, the environment and the output, and causes have all that again. The places in the code stay.
 */
export function loggable(error: unknown): Loggable {
  if (!(error instanceof Error)) return { type: typeof error, message: '(no error object)', at: [] };
  return { type: error.name, message: messageOf(error), at: placesOf(error) };
}

function messageOf(error: Error): string {
  if (OURS.some((own) => error instanceof own)) return error.message;
  const { code, syscall, errno, path } = error as NodeJS.ErrnoException; // looked at, not trusted: any error may have any fields
  const place = typeof errno === 'number' && !('spawnargs' in error) ? path : undefined;
  const known = [syscall, place, code].filter((word) => typeof word === 'string' && /^\S{1,500}$/.test(word));
  return known.length > 0 ? known.join(' ') : '(not logged: it may quote what is private)';
}

const placesOf = ({ stack = '' }: Error): string[] =>
  stack
    .split('\n')
    .flatMap((line) => /^ {4}at [^\n]*?((?:file:|node:|\/)[^\s()]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? [])
    .slice(0, 10);
