import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { attemptFiles, readAttempt } from '../../src/drivers/attempt.ts';
import { scriptText } from '../../src/drivers/launch-script.ts';

const RUNNER = fileURLToPath(new URL('../../src/runner/runner.sh', import.meta.url));
const PATH = process.env.PATH ?? '/usr/bin:/bin';
const mountable = process.geteuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;
if (!mountable) console.warn('NOT TESTED: an agent that fills the disk. Only root can mount a small one');

describe.runIf(mountable)('an agent that fills the disk of its task', () => {
  test.each([0, 7, 200])('and ends with %i has done so, and was not killed', async (status) => {
    const disk = mkdtempSync('/tmp/hf-');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'hf-test', disk]);
    onTestFinished(() => {
      execFileSync('umount', ['-l', disk]);
      rmSync(disk, { recursive: true });
    });
    const dir = join(disk, 'full-aB3xY9');
    const files = attemptFiles(dir, 1);
    for (const made of ['attempts', 'launch']) mkdirSync(join(dir, made), { recursive: true });
    writeFileSync(join(dir, 'prompt.md'), 'nothing\n');
    const fills = `cat /dev/zero > ${disk}/ballast 2>/dev/null; ! echo more > ${disk}/more || exit 99; exit ${status}`;
    const env = { PATH };
    const argv = ['sh', '-c', fills];
    writeFileSync(files.order, scriptText({ cwd: disk, umask: 0o022, stdin: join(dir, 'prompt.md'), env, argv }));
    execFileSync('mkfifo', [files.fifo]);
    const [code] = await once(spawn('sh', [RUNNER, dir, '1', 'true'], { env, stdio: 'ignore' }), 'exit');
    expect(code).toBe(status);
    expect(readFileSync(files.exit, 'utf8')).toHaveLength(15);
    expect((await readAttempt(dir, 1)).exit).toMatchObject({ status });
  });
});
