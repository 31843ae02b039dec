import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setup as build } from '../e2e/build.ts';

const here = import.meta.dirname;
const inside = (...names: string[]): string => join(here, 'node_modules', ...names);

/** OpenClaw wants a newer Node than we do. */
export const NODE = inside('node', 'bin', 'node');
export const OPENCLAW = inside('openclaw', 'openclaw.mjs');

/** Installs the pinned OpenClaw (650 MB) and its Node once. Only Node's own script is run: it fetches the binary. */
export default function setup(): void {
  build();
  if (existsSync(NODE) && existsSync(OPENCLAW)) return;
  console.log(`installing the real OpenClaw in ${here} …`);
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  const flags = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'];
  execFileSync('npm', ['install', ...flags], { cwd: here, stdio: [...stdio] });
  execFileSync(process.execPath, ['installArchSpecificPackage.js'], { cwd: inside('node'), stdio: [...stdio] });
}
