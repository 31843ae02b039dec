import { vi } from 'vitest';
import { thrifty } from '../e2e/until.ts';

/** Waits for a fact: a real CLI may take ten seconds to its first word, and four at once on a busy machine a minute. */
export const patiently = (fact: () => unknown): Promise<void> =>
  vi.waitFor(
    thrifty(async () => {
      if (!(await fact())) throw new Error(`this has not become true: ${fact}`);
    }),
    { timeout: 120_000, interval: 50 },
  );
