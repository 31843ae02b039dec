import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemdUnit } from '../../src/install/systemd.ts';
import { oddFacts, plainFacts } from './facts.ts';

describe('the systemd unit', () => {
  test('does not restart a daemon whose settings are bad, or whose state another one holds', () => {
    expect(systemdUnit(plainFacts)).toContain('\nRestartPreventExitStatus=75 78\n');
  });

  test('never ends an agent by itself', () => {
    expect(systemdUnit(plainFacts)).toContain('\nKillMode=process\n');
  });

  test.each([
    [252, false],
    [254, true],
  ])('slows restarts down where systemd %i can', (systemdVersion, can) => {
    expect(systemdUnit({ ...plainFacts, systemdVersion }).includes('RestartSteps=')).toBe(can);
  });

  test('lets nothing of a path be expanded', () => {
    const unit = systemdUnit(oddFacts);
    expect(unit).toContain(
      'ExecStart="/opt/no de/100%% $$x/node" --max-semi-space-size=4 "/home/a \\"b\\"/holdfast.js" daemon run',
    );
    expect(unit).toContain('\nWorkingDirectory=/home/100%% & <b>\n');
  });

  test('lends the daemon few heaps of the C library', () => {
    for (const variable of ['ARENA_MAX=2', 'MMAP_THRESHOLD_=65536', 'TRIM_THRESHOLD_=131072'])
      expect(systemdUnit(plainFacts)).toContain(`\nEnvironment="MALLOC_${variable}"\n`);
  });

  test('says which state directory it is for', () => {
    expect(systemdUnit(plainFacts)).toContain('\n# state: "/home/ann/.local/state/holdfast"\n');
  });

  const verify = spawnSync('systemd-analyze', ['--version']).status === 0;
  if (!verify) console.error('!!! SKIPPED: no systemd-analyze here, so no unit is verified !!!');
  test.runIf(verify).each([
    ['of plain paths', plainFacts],
    ['of odd paths', { ...oddFacts, node: '/bin/true' }],
  ])('%s is clean for systemd-analyze', (_, facts) => {
    const directory = mkdtempSync(join(tmpdir(), 'hf-unit-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'holdfast.service');
    writeFileSync(file, systemdUnit(facts));
    const env = { ...process.env, XDG_RUNTIME_DIR: directory };
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['--user', '--man=no', 'verify', file], {
      env,
      encoding: 'utf8',
    });
    // of a misspelt key it only speaks, with exit 0: any word is a failure
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });
});
