import { rename, writeFile } from 'node:fs/promises';
import type { TaskRow } from '../protocol/methods.ts';

/** What shells and status bars can read without asking us: `jq -r .states.running status.json` takes 2 ms. */
export interface StatusFile {
  /** Something may have changed. */
  readonly touch: () => void;
  /** Says that nobody keeps it any more. */
  readonly close: () => Promise<void>;
}

/** Time from a change to the file, ms: changes come in bursts, and a prompt can wait. */
const SETTLED_MS = 200;
/** Age at which the file is written anew although nothing has changed, ms: one that is older is kept by nobody. */
const FRESH_MS = 60_000;

/** Keeps the file at `path` by what `tasks` gives. It may be lost with the power: it is made anew. */
export function statusFile(
  path: string,
  tasks: () => readonly Glimpse[],
  failed: (error: unknown) => void,
): StatusFile {
  let before = '';
  let writtenAt = 0;
  let waiting: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();
  const write = (running: boolean): Promise<void> => {
    turn = turn.then(() => put(running)).catch(failed);
    return turn;
  };
  const put = async (running: boolean): Promise<void> => {
    const status = statusOf(tasks(), running);
    const text = JSON.stringify(status);
    const now = Date.now();
    if (text === before && Math.abs(now - writtenAt) < FRESH_MS) return; // a clock may be set back too
    const draft = `${path}.tmp`;
    await writeFile(draft, `${JSON.stringify({ ...status, at: new Date(now).toISOString() })}\n`, { mode: 0o600 });
    await rename(draft, path);
    before = text;
    writtenAt = now;
  };
  void write(true);
  return {
    touch: () => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        void write(true);
      }, SETTLED_MS).unref();
    },
    close: () => {
      clearTimeout(waiting);
      return write(false);
    },
  };
}

/** A task's state; its row is made only where it is wanted, since most of ten thousand have ended. */
export interface Glimpse {
  readonly state: TaskRow['state'];
  readonly row: () => Pick<TaskRow, 'name' | 'agent' | 'state' | 'since' | 'attempt' | 'next'>;
}

const OVER: readonly TaskRow['state'][] = ['succeeded', 'failed', 'gave-up', 'cancelled'];

/** States with their numbers, and the tasks that are not over, without anything that an agent said. */
export function statusOf(tasks: readonly Glimpse[], running: boolean) {
  const states: Record<string, number> = {};
  for (const { state } of tasks) states[state] = (states[state] ?? 0) + 1;
  const open = tasks.filter(({ state }) => !OVER.includes(state)).map(({ row }) => row());
  return {
    schema: 1,
    running,
    ...(running ? { pid: process.pid } : {}),
    states,
    tasks: open.map(({ name, agent, state, since, attempt, next }) => ({
      name,
      agent,
      state,
      since,
      attempt,
      ...(next ? { next } : {}),
    })),
  };
}
