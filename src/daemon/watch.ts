import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { hasCode } from '../system/files.ts';

/** Watches task directories: a file that changes there is a hint to look, and no more than that. */
export interface Watch {
  readonly add: (taskDir: string) => void;
  readonly remove: (taskDir: string) => void;
  readonly close: () => void;
}

/** Shortest time between two hints of a stream, ms: an agent touches its events many times a second. A record of the runner is told at once. */
const EVENTS_EVERY_MS = 250;
const STREAMS = ['events.jsonl', 'stderr.log'];

/** Watches the directories of tasks and gives hints. To lose them costs nothing but time, for the tick finds everything: `failed` only hears of it. */
export function watchTasks(hint: (taskId: string) => void, failed: (error: unknown) => void): Watch {
  const closers = new Map<string, () => void>();
  const waiting = new Map<string, NodeJS.Timeout>();
  const soon = (id: string) => {
    if (waiting.has(id)) return;
    const later = setTimeout(() => {
      waiting.delete(id);
      hint(id);
    }, EVENTS_EVERY_MS);
    waiting.set(id, later.unref());
  };
  const remove = (taskDir: string) => {
    closers.get(taskDir)?.();
    closers.delete(taskDir);
  };
  return {
    add: (taskDir) => {
      remove(taskDir);
      const id = basename(taskDir);
      const heard = (name: string) => (STREAMS.includes(name) ? soon(id) : hint(id));
      closers.set(taskDir, watchAttempts(join(taskDir, 'attempts'), heard, failed));
    },
    remove,
    close: () => [...closers.keys()].forEach(remove),
  };
}

/**
 * Watches two directories of a task: that of its attempts, and that of the latest. Not by chokidar (5.0.0): it watches each
 * file by itself and, told to leave a directory, keeps all that it watches below, nine paths for each task that was over,
 * and holds every path from then on against each that it has left.
 */
function watchAttempts(attempts: string, heard: (name: string) => void, failed: (error: unknown) => void): () => void {
  let latest: { readonly n: number; readonly watcher: FSWatcher | undefined } | undefined;
  const listen = (path: string, changed: (name: string) => void): FSWatcher | undefined => {
    try {
      return watch(path, (_event, name) => changed(name ?? '')).on('error', failed);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) failed(error); // forgotten meanwhile
      return undefined;
    }
  };
  const follow = () => {
    const n = latestIn(attempts);
    if (n === latest?.n) return;
    latest?.watcher?.close();
    latest = { n, watcher: listen(join(attempts, String(n)), heard) };
  };
  const all = listen(attempts, (name) => {
    follow(); // before it is told: what is written until here is seen by the look that follows, the rest is heard
    heard(name);
  });
  follow();
  return () => {
    all?.close();
    latest?.watcher?.close();
  };
}

/** The number of the latest attempt, 0 where there is none. */
function latestIn(attempts: string): number {
  try {
    return readdirSync(attempts).reduce((most, name) => Math.max(most, Number(name) || 0), 0);
  } catch {
    return 0; // forgotten meanwhile
  }
}
