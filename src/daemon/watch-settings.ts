import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { watch } from 'chokidar';

/** An editor writes a file in several steps. */
const SETTLED_MS = 100;

/** Calls back some time after the settings file was written, made or removed. Ends by the function it gives. */
export function watchSettings(file: string, changed: () => void): () => Promise<void> {
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
  watcher.on('all', () => {
    clearTimeout(waiting);
    waiting = setTimeout(changed, SETTLED_MS).unref();
  });
  watcher.on('error', () => undefined); // `daemon reload` does the same
  return () => watcher.close();
}
