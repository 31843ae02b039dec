// Runs the package tests: they build, pack, and install from the npm registry, so only where they are asked for.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const env = { ...process.env, HOLDFAST_PACKAGE_TESTS: '1' };
const words = [vitest, 'run', '--project', 'package', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, words, { stdio: 'inherit', env });
process.exitCode = status ?? 1;
