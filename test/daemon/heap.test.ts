import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { GROWTH } from '../../src/daemon/heap.ts';

const said = (flag: string) =>
  spawnSync(process.execPath, ['-e', `require('v8').setFlagsFromString(${JSON.stringify(flag)})`], {
    encoding: 'utf8',
  });

test('V8 knows the flag that bounds the heap, and would say so if it did not', () => {
  expect(said(GROWTH)).toMatchObject({ status: 0, stderr: '' });
  expect(said('--no-such-flag=50').stderr).toContain('unrecognized flag');
});
