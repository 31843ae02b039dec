import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { hasCode, NotPrivateError, unwritable } from '../system/files.ts';
import { ForeignServerError } from '../system/tmux-server.ts';
import { LockedError } from './lock.ts';
import { SettingsError } from './settings-file.ts';

/** The exit code of a daemon that could not start: a service manager must know whether another try is worth it. */
export function exitCodeFor(error: unknown): number {
  if (error instanceof Refusal) return error.exitCode;
  if (error instanceof LockedError) return EXIT.tryAgain;
  if (error instanceof SettingsError || error instanceof ForeignServerError) return EXIT.badSettings;
  if (error instanceof NotPrivateError) return EXIT.notAllowed;
  if (unwritable(error) !== undefined || hasCode(error, 'EACCES', 'EPERM')) return EXIT.cannotWrite;
  return EXIT.error;
}
