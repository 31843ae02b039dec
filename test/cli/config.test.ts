import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { settingKeys } from '../../src/daemon/settings-keys.ts';
import { holdfast } from './shell.ts';

const home = mkdtempSync(join(tmpdir(), 'hf-config-'));
afterAll(() => rmSync(home, { recursive: true }));

test('config list shows every setting, also one without a default', async () => {
  const { code, stdout } = await holdfast(['config', 'list', '--origin'], { env: { HOME: home }, cwd: home });
  expect(code).toBe(0);
  for (const { key } of settingKeys()) expect(`\n${stdout}`).toContain(`\n${key} `);
  expect(stdout).toMatch(/^notify\.kinds +unset +default/m);
});

test('config list fits a terminal, however long a value is', async () => {
  const { stdout } = await holdfast(['config', 'list'], { env: { HOME: home }, cwd: home, tty: true });
  expect(stdout).toContain('…');
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('config get says that a setting is not set', async () => {
  expect(await holdfast(['config', 'get', 'notify.kinds'], { env: { HOME: home }, cwd: home })).toMatchObject({
    code: 0,
    stdout: 'unset\n',
  });
});
