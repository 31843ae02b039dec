import { stat } from 'node:fs/promises';
import { type Check, ok } from '../check.ts';

const LENIENT_MS = 60_000;

/** Does the clock go on from where it was? Waits are until times of day. */
export const clock: Check = async ({ paths, now, platform, run }) => {
  const remedy = 'set the clock (timedatectl set-ntp true); a wait that began by the wrong one may end late';
  const last = (await stat(paths.logFile).catch(() => undefined))?.mtimeMs ?? 0;
  if (last > now + LENIENT_MS)
    return [
      { level: 'warning', found: `the clock is behind what was logged last (${new Date(last).toISOString()})`, remedy },
    ];
  const said =
    platform === 'linux' ? await run('timedatectl', ['show', '--property=NTPSynchronized', '--value']) : undefined;
  if (said?.stdout.trim() === 'no') return [{ level: 'note', found: 'nobody keeps the clock right (NTP)', remedy }];
  return [ok('the clock goes on from where it was')];
};
