import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What was left alive is ended after its task, and a connection to a receiver is kept for some seconds. */
const PATIENCE_MS = 15_000;
const EVERY_MS = 250;
/** A command of tmux takes three for a moment, a connection one: what is kept for each task would be as many as there were. */
const ALLOWED = 5;

/** What a process holds of the kernel: its open files, and what it watches through them. */
export function holdingsOf(pid) {
  const files = entries(`/proc/${pid}/fd`).flatMap((fd) => {
    const leadsTo = attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
    return leadsTo === undefined ? [] : [{ fd, leadsTo }]; // closed since
  });
  const watchers = files.filter(({ leadsTo }) => leadsTo === 'anon_inode:inotify');
  const watchesOf = ({ fd }) =>
    attempt(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1'))?.match(/^inotify wd:/gm)?.length ?? 0;
  return { files: files.length, watches: watchers.reduce((sum, watcher) => sum + watchesOf(watcher), 0) };
}

/** What the daemon holds once it has let go of everything that it held for tasks, or after a while in which it did not. */
export async function restOf(look, before) {
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(EVERY_MS)) {
    const now = await look();
    if (leftIn({ before, after: now }).length === 0 || Date.now() > deadline) return now;
  }
}

/** What is still held though every task is over, in words; nothing where nobody could look. */
export function leftIn({ before, after }) {
  if (before === undefined || after === undefined) return [];
  const more = (of) => after[of] - before[of];
  const words = { files: 'open files', watches: 'watched paths' };
  return Object.entries(words)
    .filter(([of]) => more(of) > ALLOWED)
    .map(([of, what]) => `${more(of)} more ${what} than before the first task, and all are over: ${after[of]}`);
}

const entries = (path) => attempt(() => readdirSync(path)) ?? [];

function attempt(look) {
  try {
    return look();
  } catch {
    return undefined; // gone
  }
}
