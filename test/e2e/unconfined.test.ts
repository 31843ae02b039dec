import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { holdfast } from './rig.ts';

describe.runIf(process.platform === 'linux')('an agent whose sandbox needs programs', () => {
  const LOUD = 'claude at "workspace" runs commands WITHOUT its sandbox:';

  const hf = holdfast({ ends: afterAll });

  /** A claude that does nothing, on a PATH of its own beside these programs. */
  function beside(...programs: readonly string[]) {
    const bin = mkdtempSync(hf.inside('bin-'));
    for (const name of ['claude', ...programs]) writeFileSync(join(bin, name), '#!/bin/sh\nexit 64\n', { mode: 0o755 });
    const env = ['--env', `PATH=${bin}`];
    return {
      ...hf,
      env,
      dryRun: (...flags: string[]) => hf.cli('start', 'claude', 'fix', '--dry-run', ...env, ...flags),
    };
  }

  test.each([
    [[], 'bwrap and socat are missing; install bubblewrap socat'],
    [['socat'], 'bwrap is missing; install bubblewrap'],
  ])('is said to run without it where its PATH has only %j', async (programs, what) => {
    const { dryRun } = beside(...programs);
    const line = `holdfast: warning: ${LOUD} ${what}, see docs/permissions.md\n`;
    expect(await dryRun()).toMatchObject({ code: 0, stderr: expect.stringContaining(line) });
    const warnings = [expect.stringContaining(what)];
    expect(JSON.parse((await dryRun('--json')).stdout)).toMatchObject({ plan: { agent: 'claude' }, warnings });
  });

  test('is said so when it is started, too', async () => {
    const { cli, env } = beside();
    const { code, stdout, stderr } = await cli('start', 'claude', 'fix', '--prompt', 'x', '--json', ...env);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(LOUD) });
    expect(JSON.parse(stdout)).toMatchObject({ task: { name: 'fix' }, warnings: [expect.stringContaining(LOUD)] });
  });

  test.each([
    ['where they are there', ['bwrap', 'socat'], []],
    ['at a level that runs no commands', [], ['--permissions', 'read-only']],
  ])('is not, %s', async (_, programs, flags) => {
    const { dryRun } = beside(...programs);
    const { stdout, stderr } = await dryRun('--json', ...flags);
    expect(stderr).not.toContain('warning');
    expect(JSON.parse(stdout)).toMatchObject({ warnings: [] });
  });
});
