import { EventEmitter, once } from 'node:events';
import { timerMs } from '../domain/timer.ts';

/** Lets requests wait until anything has changed. */
export interface Changes {
  readonly announce: () => void;
  /** Calls back at each change, from now on. */
  readonly follow: (heard: () => void) => void;
  /** Waits for the next change, `ms` at most, or until the caller has gone. */
  readonly next: (ms: number, caller: AbortSignal) => Promise<void>;
}

export function changes(): Changes {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    announce: () => emitter.emit('change'),
    follow: (heard) => void emitter.on('change', heard),
    next: async (ms, caller) => {
      // Not AbortSignal.any: Node 20 keeps a trace of each for as long as its sources live, and may lose a timeout among them.
      const late = new AbortController();
      const end = () => late.abort();
      const timer = setTimeout(end, timerMs(ms));
      caller.addEventListener('abort', end);
      if (caller.aborted) end();
      await once(emitter, 'change', { signal: late.signal }).catch(() => undefined); // late or gone: both end the wait
      caller.removeEventListener('abort', end);
      clearTimeout(timer);
    },
  };
}
