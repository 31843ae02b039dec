import { join, sep } from 'node:path';
import { watch } from 'chokidar';

/** Watches task directories: a file that changes there is a hint to look, and no more than that. */
export interface Watch {
  readonly add: (taskDir: string) => void;
  readonly remove: (taskDir: string) => void;
  readonly close: () => Promise<void>;
}

/** An agent that streams touches its events many times a second; a record of the runner is worth a look at once. */
const EVENTS_EVERY_MS = 250;

export function watchTasks(hint: (taskId: string) => void, failed: (error: unknown) => void): Watch {
  const watcher = watch([], { ignoreInitial: true, depth: 1 });
  const waiting = new Map<string, NodeJS.Timeout>();
  watcher.on('all', (_event, path) => {
    const id = path.split(`${sep}attempts`, 1)[0]?.split(sep).at(-1) ?? '';
    if (!path.endsWith('events.jsonl') && !path.endsWith('stderr.log')) return hint(id);
    if (waiting.has(id)) return;
    const later = setTimeout(() => {
      waiting.delete(id);
      hint(id);
    }, EVENTS_EVERY_MS);
    waiting.set(id, later.unref());
  });
  watcher.on('error', failed); // losing every hint costs nothing but time: the tick finds everything
  return {
    add: (taskDir) => watcher.add(join(taskDir, 'attempts')),
    remove: (taskDir) => watcher.unwatch(join(taskDir, 'attempts')),
    close: () => watcher.close(),
  };
}
