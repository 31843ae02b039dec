import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createJournal } from '../dist/daemon/journal.js';
import { newTask } from '../dist/domain/task.js';
import { median, quantile } from './numbers.js';

const APPENDS = 500;
const LOOKS_EVERY_MS = 1;

/** How long an append takes until it is on disk, and how late the event loop is meanwhile. @param {string} parent on the disk in question */
export async function appends(parent) {
  const dir = mkdtempSync(join(parent, 'append-'));
  try {
    const entry = { epoch: 1, at: Date.now(), happening: { type: 'ticked' }, task: newTask(Date.now()) };
    const journal = await createJournal(join(dir, 'journal.ndjson'), dir, entry);
    const delay = monitorEventLoopDelay({ resolution: LOOKS_EVERY_MS });
    const times = [];
    delay.enable();
    for (let n = 0; n < APPENDS; n++) {
      const begin = performance.now();
      await journal.append(entry);
      times.push(performance.now() - begin);
    }
    delay.disable();
    return { p50: median(times), p99: quantile(times, 0.99), loopP99: delay.percentile(99) / 1e6 - LOOKS_EVERY_MS };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
