import type { EventEmitter } from 'node:events';

/** A wish from outside to end early, as a signal that commands understand. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the process back its own way to end. */
  readonly release: () => void;
}

/**
 * The last is told by `bin/holdfast.js`: the reader of our output has seen enough. Not SIGPIPE: whoever listens to that is
 * told of every socket that is written to too late (Node 20), a daemon's that was killed for example.
 */
const WISHES = ['SIGINT', 'SIGTERM', 'SIGHUP', 'reader-gone'] as const;

/** From now on ^C and its like end nothing by themselves: who listens cleans up first, and a second ^C cannot cut that short. */
export function interruption(): Interruption {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const process: EventEmitter = globalThis.process; // not all wishes are signals
  for (const wish of WISHES) process.on(wish, abort);
  process.on('SIGHUP', dieOfIt);
  return {
    signal: controller.signal,
    release: () => {
      for (const wish of WISHES) process.off(wish, abort);
      process.off('SIGHUP', dieOfIt);
    },
  };
}

/**
 * A terminal that is gone is what SIGHUP tells of, and Node sets that back as its last act, fails, and aborts with a core (20.20,
 * `ResetStdio`). So whoever has cleaned up dies of the signal after all.
 */
function dieOfIt(): void {
  process.once('exit', () => process.kill(process.pid, 'SIGHUP'));
}
