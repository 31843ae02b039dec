import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = join(root, 'src');
/** The last file that the build writes: without it the build did not get to its end. */
const last = join(root, 'dist', 'runner', 'runner.sh');

/** The tests run what is in dist, so it must be made from the present source: vitest calls this before the first of them. */
export function setup(): void {
  if (existsSync(last) && statSync(last).mtimeMs > newest(source)) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** When something below this directory was changed last; a file that was removed has changed its directory. */
function newest(directory: string): number {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return Math.max(...['', ...names].map((name) => statSync(join(directory, name)).mtimeMs));
}
