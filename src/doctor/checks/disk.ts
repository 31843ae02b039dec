import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Check, type Finding, ok, type Scene } from '../check.ts';

const MIB = 1024 * 1024;
/** Numbers of Linux file systems (statfs(2)) on which a lock, a FIFO or an fsync does not mean what we take it for. */
const UNFIT: Readonly<Record<number, string>> = {
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  16914839: '9P',
  1702057286: 'FUSE',
};
const TMPFS = 0x01021994;

/** Is the state on a disk that keeps it, with room for more? */
export const disk: Check = async (scene) => judge(await nearest(scene.paths.stateDir), scene);

/** What a file system is to the state in it. */
export function judge(
  stats: Pick<StatsFs, 'type' | 'bavail' | 'bsize' | 'files' | 'ffree'>,
  { paths, platform }: Pick<Scene, 'paths' | 'platform'>,
): readonly Finding[] {
  const free = (stats.bavail * stats.bsize) / MIB;
  const findings: Finding[] = [];
  const unfit = platform === 'linux' ? UNFIT[stats.type] : undefined;
  const remedy = 'move the state to a local disk: set HOLDFAST_STATE_DIR, then "holdfast service install"';
  if (unfit)
    findings.push({ level: 'problem', found: `the state lies on ${unfit}: locks cannot be trusted there`, remedy });
  if (platform === 'linux' && stats.type === TMPFS)
    findings.push({ level: 'warning', found: 'the state lies in memory: a reboot forgets every task', remedy });
  if (free < 1024) {
    const level = free < 100 ? 'problem' : 'warning';
    const way = 'make room, or forget ended tasks: holdfast prune --older 7d';
    findings.push({ level, found: `${Math.floor(free)} MB are free in ${paths.stateDir}`, remedy: way });
  }
  if (stats.files > 0 && stats.ffree < 10_000) {
    const way = 'the disk has room for few more files: holdfast prune --older 7d';
    findings.push({ level: 'warning', found: `${stats.ffree} inodes are free in ${paths.stateDir}`, remedy: way });
  }
  return findings.length > 0 ? findings : [ok(`${Math.floor(free / 1024)} GB are free for the state`)];
}

async function nearest(path: string): Promise<StatsFs> {
  try {
    return await statfs(path);
  } catch (error) {
    if (path === dirname(path)) throw error;
    return await nearest(dirname(path)); // not made yet
  }
}
