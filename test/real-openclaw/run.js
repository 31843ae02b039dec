// `npm run test:openclaw [-- words for vitest]`: the project `openclaw` is there only when it is asked for.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const words = ['run', '--project', 'openclaw', '--disable-console-intercept=true', ...process.argv.slice(2)];
const env = { ...process.env, HOLDFAST_REAL_OPENCLAW: '1' };
process.exitCode = spawnSync(process.execPath, [vitest, ...words], { cwd: root, env, stdio: 'inherit' }).status ?? 1;
