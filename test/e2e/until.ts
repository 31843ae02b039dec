import { vi } from 'vitest';

const patience = { timeout: 20_000, interval: 20 };

/** Waits for a fact and gives it back: never for a while. */
export const until = <T>(fact: () => T | Promise<T>): Promise<Exclude<T, undefined | false | 0 | ''>> =>
  vi.waitFor(async () => {
    const found = await fact();
    if (!found) throw new Error(`this has not become true: ${fact}`);
    return found as Exclude<T, undefined | false | 0 | ''>; // the line before is the proof
  }, patience);
