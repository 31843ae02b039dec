import { type FSWatcher, watch } from 'node:fs';

/** Tells when it is worth looking into a directory again. */
export interface Changes {
  /** Settles at the next change; at once if there was one since the last time. */
  readonly next: () => Promise<void>;
  readonly close: () => void;
}

/** Watches a directory. The poll is for the changes that no watch reports: network file systems, no inotify watches left. */
export function changesIn(directory: string, pollMs: number): Changes {
  let changed = false;
  let wake: (() => void) | undefined;
  const notice = (): void => {
    changed = true;
    wake?.();
  };
  const timer = setInterval(notice, pollMs);
  const watcher = watchIfPossible(directory, notice);

  const next = (): Promise<void> =>
    new Promise((resolve) => {
      wake = () => {
        changed = false;
        wake = undefined; // what comes from now on is for the next time
        resolve();
      };
      if (changed) wake();
    });
  const close = (): void => {
    clearInterval(timer);
    watcher?.close();
  };
  return { next, close };
}

function watchIfPossible(directory: string, notice: () => void): FSWatcher | undefined {
  try {
    return watch(directory, notice).on('error', notice);
  } catch {
    return undefined; // the poll finds everything, only later
  }
}
