import { setTimeout as pause } from 'node:timers/promises';
import { vi } from 'vitest';

const patience = { timeout: 20_000, interval: 20 };
const LONGEST_PAUSE_MS = 500;

/** Waits for a fact and gives it back: never for a while. */
export const until = <T>(fact: () => T | Promise<T>): Promise<Exclude<T, undefined | false | 0 | ''>> =>
  vi.waitFor(
    thrifty(async () => {
      const found = await fact();
      if (!found) throw new Error(`this has not become true: ${fact}`);
      return found as Exclude<T, undefined | false | 0 | ''>; // the line before is the proof
    }),
    patience,
  );

/** A look that is paid for: after one in vain it rests for twice as long as that took, so that whoever waits leaves the cores to those who work. */
export const thrifty =
  <T>(look: () => Promise<T>) =>
  async (): Promise<T> => {
    const began = performance.now();
    try {
      return await look();
    } catch (error) {
      await pause(Math.min(2 * (performance.now() - began), LONGEST_PAUSE_MS));
      throw error;
    }
  };
