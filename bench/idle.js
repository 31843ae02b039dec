import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, residentMb } from './machine.js';

/** What the daemon costs while nothing happens. @param {import('./home.js').Home} home @param {number} forMs */
export async function idling({ pid }, forMs) {
  const before = cpuMs(pid);
  await sleep(forMs);
  return { residentMb: residentMb(pid), cpuMsPerMinute: ((cpuMs(pid) - before) * 60_000) / forMs };
}
