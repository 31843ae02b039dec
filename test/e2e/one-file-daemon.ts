import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist');

/** A daemon in one file, and the way to get rid of it. */
export interface OneFileDaemon {
  readonly entry: string;
  readonly remove: () => void;
}

/**
 * The built daemon as one file, with everything around it where it was. Who starts hundreds of them waits half as long:
 * of 500 ms of CPU until the first answer 300 go into the loading of 400 modules (Node 20, 2026-11).
 */
export async function oneFileDaemon(): Promise<OneFileDaemon> {
  const home = mkdtempSync('/tmp/hf-daemon-');
  const dist = join(home, 'dist');
  mkdirSync(join(dist, 'daemon'), { recursive: true });
  for (const name of readdirSync(DIST)) if (name !== 'daemon') symlinkSync(join(DIST, name), join(dist, name));
  symlinkSync(join(ROOT, 'package.json'), join(home, 'package.json'));
  const entry = join(dist, 'daemon', 'main.js');
  const bundle = await rolldown({ input: join(DIST, 'daemon', 'main.js'), platform: 'node' });
  await bundle.write({ file: entry, format: 'esm', codeSplitting: false });
  await bundle.close();
  return { entry, remove: () => rmSync(home, { recursive: true, force: true }) };
}
