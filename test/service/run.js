// Runs the service tests beside a real `systemd --user`, and says loudly where that cannot be.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const missing = [
  process.platform !== 'linux' && 'Linux',
  process.getuid?.() !== 0 && 'root (for namespaces of their own)',
  !existsSync('/lib/systemd/systemd') && 'systemd (apt-get install systemd)',
  !['/sys/fs/cgroup/unified/cgroup.procs', '/sys/fs/cgroup/cgroup.procs'].some(existsSync) && 'a cgroup2 mount',
].filter(Boolean);

if (missing.length > 0) {
  console.error(
    `\n!!! SKIPPED: the service tests need ${missing.join(', ')}. Nothing is proved about systemd here. !!!\n`,
  );
} else {
  const sandbox = fileURLToPath(new URL('sandbox.sh', import.meta.url));
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
  const env = { ...process.env, HOLDFAST_SERVICE_TESTS: '1' };
  const words = [process.execPath, vitest, 'run', '--project', 'service', ...process.argv.slice(2)];
  const { status } = spawnSync(sandbox, words, { stdio: 'inherit', env });
  process.exitCode = status ?? 1;
}
