import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A small file system for the state alone, so that its disk can be full without anybody else's being so. Needs root;
 * elsewhere that fault is left out, loudly.
 */
export function diskOf(home, megabytes, say) {
  const directory = join(home.directory, '.local', 'state');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    const size = `size=${megabytes}m,mode=0700`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'holdfast-soak', directory], { stdio: 'pipe' });
  } catch (error) {
    say(`NOT TESTED: a full disk. No small file system can be mounted here (${String(error.stderr ?? error).trim()})`);
    return undefined;
  }
  const ballast = join(directory, 'ballast');
  return {
    /** Takes all the room there is. */
    fill: () => {
      const { bavail, bsize } = statfsSync(directory);
      try {
        if (bavail > 0) execFileSync('fallocate', ['-l', String(bavail * bsize), ballast], { stdio: 'pipe' });
        for (;;) appendFileSync(ballast, Buffer.alloc(4096));
      } catch {
        // full: as wished
      }
    },
    /** Gives it back. */
    empty: () => rmSync(ballast, { force: true }),
    megabytesUsed: () => {
      const { blocks, bfree, bsize } = statfsSync(directory);
      return ((blocks - bfree) * bsize) / 2 ** 20;
    },
    unmount: () => execFileSync('umount', ['-l', directory]),
  };
}
