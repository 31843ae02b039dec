import { describe, expect, test } from 'vitest';
import { verbs } from '../../src/cli/fast-path.ts';
import { holdfast } from './shell.ts';

describe('help', () => {
  test.each(Object.keys(verbs))('for %s has an example', async (verb) => {
    const { code, stdout, stderr } = await holdfast([verb, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Examples:\\n.*holdfast (start|${verb})`, 'm'));
  });

  test('lists every verb', async () => {
    const { code, stdout } = await holdfast(['--help']);
    expect(code).toBe(0);
    for (const verb of Object.keys(verbs)) expect(stdout).toContain(`holdfast ${verb}`);
  });

  test('comes by its name too', async () => {
    expect((await holdfast(['help', 'wait'])).stdout).toBe((await holdfast(['wait', '--help'])).stdout);
  });

  test('goes to stderr when no command was given', async () => {
    const { code, stdout, stderr } = await holdfast([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Commands:');
  });
});

test('the version is that of the package', async () => {
  const { code, stdout } = await holdfast(['version', '--json'], { env: { XDG_STATE_HOME: 'not/absolute' } });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    schema: 1,
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    node: process.version,
  });
  for (const flag of ['--version', '-V']) expect((await holdfast([flag])).stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
});
