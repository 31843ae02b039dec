import { EventEmitter, once } from 'node:events';

/** Lets requests wait until anything has changed. */
export interface Changes {
  readonly announce: () => void;
  /** Waits for the next change, `ms` at most, or until the caller has gone. */
  readonly next: (ms: number, caller: AbortSignal) => Promise<void>;
}

export function changes(): Changes {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    announce: () => emitter.emit('change'),
    next: async (ms, caller) => {
      const late = AbortSignal.timeout(ms);
      await once(emitter, 'change', { signal: AbortSignal.any([late, caller]) }).catch(() => undefined); // late or gone: both end the wait
    },
  };
}
