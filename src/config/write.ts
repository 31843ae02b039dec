import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';

/** The part of `conf` that we use. */
export interface Store {
  store: Record<string, unknown>;
}

/**
 * Writes the settings and proves it: on an almost full disk `conf` reports success and leaves half a file (15.1 and 16.0,
 * 2026-11). So a copy is made first, and what was written is read back; if it is not what we meant, the copy takes its place,
 * by a rename, for which there is room on any disk. A link is followed: dotfiles are kept elsewhere.
 */
export function writeSettings(conf: Store, link: string, wanted: unknown): void {
  const file = existsSync(link) ? realpathSync(link) : link;
  const copy = `${file}.bak`;
  const existed = existsSync(file);
  const give = (cause: unknown): never => {
    if (existed) renameSync(copy, file);
    else rmSync(file, { force: true });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(EXIT.cannotWrite, `${file} could not be written, and is as it was: ${why}`, { cause });
  };
  if (existed) backUp(file, copy);
  try {
    conf.store = { ...(wanted as Record<string, unknown>) }; // the schema has approved of it
  } catch (error) {
    give(error);
  }
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isDeepStrictEqual(found, wanted)) throw new Error('another text was found in it afterwards');
  } catch (error) {
    give(error);
  }
}

function backUp(file: string, copy: string): void {
  try {
    copyFileSync(file, copy);
    if (!readFileSync(copy).equals(readFileSync(file))) throw new Error('the copy is not whole');
    const fd = openSync(copy, 'r');
    fsyncSync(fd);
    closeSync(fd);
  } catch (cause) {
    rmSync(copy, { force: true });
    throw new Refusal(EXIT.cannotWrite, `${copy} could not be written, so nothing was changed: ${String(cause)}`, {
      cause,
    });
  }
}
