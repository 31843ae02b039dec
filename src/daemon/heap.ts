import { setFlagsFromString } from 'node:v8';

/** A flag of V8; Node itself has none that says this. */
export const GROWTH = '--heap-growing-percent=50';

/**
 * Lets the heap grow by half of what lives in it before all of it is cleared. V8 lets it grow fourfold where much is thrown
 * away: beside 80 tasks that died all the time 60 MB, of which 20 lived, and with this 40, for no more CPU (Node 20). Set from
 * inside: on the command line a flag that a later V8 does not know would keep the daemon from starting.
 */
export const boundHeap = (): void => setFlagsFromString(GROWTH);
