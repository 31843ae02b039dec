import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const lock = join(here, 'package-lock.json');
/** npm writes it when an installation is complete. */
const stamp = join(here, 'node_modules', '.package-lock.json');

/** Installs the pinned CLIs once, and again when the lock file is newer than what is installed. */
export default function setup(): void {
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log(`installing the real agent CLIs in ${here} …`);
  // Not `npm ci`: where a registry lacks the binaries of other platforms, it refuses the very lock file that npm wrote.
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund'], {
    cwd: here,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
