import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { methods } from '../../src/protocol/methods.ts';
import { holdfast } from './rig.ts';

test('all tasks that failed for want of a login are brought back at once, and no others', async () => {
  const hf = holdfast();
  const names = ['one', 'two', 'three'];
  for (const name of names) await hf.start(name, ['@once @fail auth', `@touch ${name}.done`]);
  await hf.start('other', ['@once @fail billing', '@touch other.done']);
  for (const name of names) expect(await hf.end(name)).toMatchObject({ state: 'failed', failure: 'auth' });
  expect(await hf.end('other')).toMatchObject({ state: 'failed', failure: 'billing' });
  const { tasks } = methods.retryFailed.result.parse(await hf.json('retry', '--failed-by', 'auth'));
  expect(tasks.map(({ name }) => name).sort()).toEqual([...names].sort());
  for (const name of names) expect((await hf.end(name)).state).toBe('succeeded');
  expect([...names, 'other'].map((name) => existsSync(join(hf.work, `${name}.done`)))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect((await hf.cli('retry', '--failed-by', 'auth')).stderr).toContain('no task has failed by auth');
  expect(await hf.cli('retry', '--failed-by', 'luck')).toMatchObject({ code: 2 });
  expect(await hf.cli('retry')).toMatchObject({ code: 2 });
});
