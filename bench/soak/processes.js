import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const text = (path) => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // ended, or not ours
  }
};

const wordsOf = (pid) => text(`/proc/${pid}/cmdline`).split('\0');

/** Every living process with its words and the environment it was started with. */
function* processes() {
  for (const name of readdirSync('/proc')) {
    if (!(name >= '1' && name < ':')) continue;
    const words = wordsOf(name);
    if (words.length > 1) yield { pid: Number(name), words };
  }
}

const isAgent = (words) => words[1]?.endsWith('/demo/main.js') ?? false;

/** The demo agents of these tasks, by task: `{ pid, attempt }` each. */
export function agentsOf(ids) {
  const found = new Map();
  for (const { pid, words } of processes()) {
    if (!isAgent(words)) continue;
    const parent = parentOf(pid); // now: a tool may end, or lose its parent, before all are found
    const env = Object.fromEntries(
      text(`/proc/${pid}/environ`)
        .split('\0')
        .map((entry) => entry.split(/=(.*)/s, 2)),
    );
    const id = env.HOLDFAST_TASK;
    if (id === undefined || !ids.has(id)) continue;
    found.set(id, [...(found.get(id) ?? []), { pid, parent, attempt: Number(env.HOLDFAST_ATTEMPT) }]);
  }
  for (const [id, agents] of found) {
    const pids = new Set(agents.map(({ pid }) => pid));
    // a tool on its way into the world looks like the agent that bears it until it has become itself, or has failed to
    const own = agents.filter(({ pid, parent }) => !pids.has(parent) && isAgent(wordsOf(pid)));
    found.set(id, own);
  }
  return found;
}

function parentOf(pid) {
  const stat = text(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** The processes whose environment holds this text. */
export const carrying = (mark) =>
  [...processes()].map(({ pid }) => pid).filter((pid) => text(`/proc/${pid}/environ`).includes(mark));

/** Resident memory in bytes and open files of a process; nothing where it is gone. */
export function sizeOf(pid) {
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(text(`/proc/${pid}/status`))?.[1];
  if (rss === undefined) return undefined;
  return { rss: Number(rss) * 1024, fds: fdsOf(pid) };
}

function fdsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).filter((fd) => isOpen(`/proc/${pid}/fd/${fd}`)).length;
  } catch {
    return 0;
  }
}

function isOpen(path) {
  try {
    return readlinkSync(path) !== '';
  } catch {
    return false;
  }
}

/** Sends a signal; what has ended already needs none. True where it was there. */
export function send(pid, signal) {
  if (!(pid > 1)) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
