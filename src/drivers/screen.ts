import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subject } from '../domain/driver.ts';
import { ExhaustedError } from '../system/command.ts';
import { failpoint } from '../system/failpoint.ts';
import { leaves } from '../system/processes.ts';
import { TmuxError } from '../system/tmux.ts';
import { attemptFiles, readAttempt, recorded } from './attempt.ts';
import { paneOf, type SessionHost } from './session.ts';

/** The runner's last act is to let the view finish: a screen that is kept before is half a screen. */
const DRAWN_WITHIN_MS = 400;

/** What the pane of a task shows, with all that was scrolled away; nothing where it has none, or tmux cannot be asked. */
export async function screenOf(host: SessionHost, { spec }: Subject): Promise<string | undefined> {
  const pane = await paneOf(host, spec.id).catch(() => undefined); // no pane to be asked for is no screen
  if (!pane) return undefined;
  try {
    return `${(await host.tmux.capture(pane.id, '-')).trimEnd()}\n`;
  } catch (error) {
    if (error instanceof TmuxError || error instanceof ExhaustedError) return undefined; // closed while we asked
    throw error;
  }
}

/** A screen of more bytes is kept from its end; screens of earlier attempts than the last so many are given up. */
const MOST_BYTES = 2_000_000;
const MOST_KEPT = 20;

/** Keeps the screen of an attempt that has ended: the pane's history is short, and gone with the session. */
export async function keepScreen(host: SessionHost, subject: Subject, attempt: number): Promise<void> {
  if (attempt < 1 || (await readAttempt(subject.dir, attempt)).claim !== 'runner') return;
  const files = attemptFiles(subject.dir, attempt);
  const runner = await recorded(files.runner);
  if (runner) await leaves(runner, DRAWN_WITHIN_MS);
  const screen = await screenOf(host, subject);
  if (screen === undefined) return;
  failpoint();
  await writeFile(files.screen, bounded(screen), { mode: 0o600 });
  failpoint();
  await giveUp(subject.dir, attempt - MOST_KEPT);
}

/** All up to this attempt, not it alone: of some that came after it no screen may have been kept, nor room made. */
async function giveUp(dir: string, upTo: number): Promise<void> {
  if (upTo < 1) return;
  const attempts = (await readdir(join(dir, 'attempts'))).map(Number).filter((attempt) => attempt <= upTo);
  await Promise.all(attempts.map((attempt) => rm(attemptFiles(dir, attempt).screen, { force: true })));
}

/** Whole lines of its end. */
export function bounded(screen: string, most = MOST_BYTES): string {
  const bytes = Buffer.from(screen);
  if (bytes.length <= most) return screen;
  const kept = bytes.subarray(bytes.length - most);
  return kept.subarray(kept.indexOf(10) + 1).toString('utf8');
}
