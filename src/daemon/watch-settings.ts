import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { watch } from 'chokidar';

/** An editor writes a file in several steps. */
const SETTLED_MS = 100;

/**
 * Calls back some time after the settings file was written, made or removed. Ends by the function it gives. What happened to
 * it `since` this process began, before the watch was ready, is no event any more and is looked for once.
 */
export function watchSettings(
  file: string,
  changed: () => void,
  since: number = performance.timeOrigin,
): () => Promise<void> {
  const directory = dirname(file); // a file that is replaced by a rename is another one
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 }); // what is not there cannot be watched
  } catch {
    // a home that cannot be written has no settings to come
  }
  const watcher = watch(directory, {
    depth: 0,
    ignoreInitial: true,
    ignored: (path) => path !== directory && path !== file,
  });
  let waiting: NodeJS.Timeout | undefined;
  const settle = () => {
    clearTimeout(waiting);
    waiting = setTimeout(changed, SETTLED_MS).unref();
  };
  watcher.on('all', settle);
  watcher.on('ready', () => changedAt(file) >= since && settle());
  watcher.on('error', () => undefined); // `daemon reload` does the same
  return () => watcher.close();
}

/** Tells when the file changed, epoch ms, by its inode: an older file that is moved here is a change too. */
function changedAt(file: string): number {
  try {
    return statSync(file).ctimeMs;
  } catch {
    return 0; // not there, or not to be looked at
  }
}
