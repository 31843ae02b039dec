/** A wish from outside to end early, as a signal that commands understand. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the process back its own way to end. */
  readonly release: () => void;
}

/** SIGPIPE: the reader of our output has seen enough. */
const WISHES = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const;

/** From now on ^C and its like end nothing by themselves: who listens cleans up first, and a second ^C cannot cut that short. */
export function interruption(): Interruption {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const wish of WISHES) process.on(wish, abort);
  return {
    signal: controller.signal,
    release: () => {
      for (const wish of WISHES) process.off(wish, abort);
    },
  };
}
