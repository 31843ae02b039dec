import { rename, writeFile } from 'node:fs/promises';
import type { TaskRow } from '../protocol/methods.ts';

/** What shells and status bars can read without asking us: `jq -r .states.running status.json` takes 2 ms. */
export interface StatusFile {
  /** Something may have changed. */
  readonly touch: () => void;
  /** Says that nobody keeps it any more. */
  readonly close: () => Promise<void>;
}

/** Changes come in bursts; who looks at a prompt does not mind. */
const SETTLED_MS = 200;

/** Keeps the file at `path` by what `rows` gives. It may be lost with the power: it is made anew. */
export function statusFile(path: string, rows: () => readonly TaskRow[], failed: (error: unknown) => void): StatusFile {
  let before = '';
  let waiting: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();
  const write = (running: boolean): Promise<void> => {
    turn = turn.then(() => put(running)).catch(failed);
    return turn;
  };
  const put = async (running: boolean): Promise<void> => {
    const status = statusOf(rows(), running);
    const text = JSON.stringify(status);
    if (text === before) return;
    const draft = `${path}.tmp`;
    await writeFile(draft, `${JSON.stringify({ ...status, at: new Date().toISOString() })}\n`, { mode: 0o600 });
    await rename(draft, path);
    before = text;
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

/** States with their numbers, and the tasks that are not over, without anything that an agent said. */
export function statusOf(rows: readonly TaskRow[], running: boolean) {
  const states: Record<string, number> = {};
  for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
  return {
    schema: 1,
    running,
    ...(running ? { pid: process.pid } : {}),
    states,
    tasks: rows
      .filter(({ state }) => !['succeeded', 'failed', 'gave-up', 'cancelled'].includes(state))
      .map(({ name, agent, state, since, attempt, next }) => ({
        name,
        agent,
        state,
        since,
        attempt,
        ...(next ? { next } : {}),
      })),
  };
}
