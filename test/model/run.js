// A longer run of the model than the tests make: npm run test:model -- --runs 300000 --seed 7
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) }, // printed, so that what it finds can be found again
  },
});

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'long', 'test/e2e/model.test.ts'], {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  env: { ...process.env, HOLDFAST_MODEL_RUNS: values.runs, HOLDFAST_MODEL_SEED: values.seed },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
