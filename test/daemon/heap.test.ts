import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { clearingFrom, GROWTH } from '../../src/daemon/heap.ts';

const run = (...words: string[]) => spawnSync(process.execPath, words, { encoding: 'utf8' });
const said = (flag: string) => run('-e', `require('v8').setFlagsFromString(${JSON.stringify(flag)})`);

test('V8 knows the flags that bound the heap, and would say so if it did not', () => {
  for (const flag of [GROWTH, clearingFrom(1), clearingFrom(0)])
    expect(said(flag)).toMatchObject({ status: 0, stderr: '' });
  expect(said('--no-such-flag=50').stderr).toContain('unrecognized flag');
});

/** Keeps 8 MB more in 80 steps; tells how often all of the heap was cleared. */
const GROWS = `
  import { PerformanceObserver } from 'node:perf_hooks';
  import { setTimeout as pause } from 'node:timers/promises';
  import { boundHeap } from ${JSON.stringify(fileURLToPath(new URL('../../dist/daemon/heap.js', import.meta.url)))};
  let cleared = 0;
  new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) if (detail.kind === 4) cleared += 1;
  }).observe({ entryTypes: ['gc'] });
  if (process.argv[1] === 'bound') boundHeap();
  const kept = [];
  for (let n = 0; n < 80; n++) {
    kept.push(Array.from({ length: 2500 }, (_, i) => ({ i })));
    await pause(1);
  }
  console.log(cleared, kept.length);
`;

test.each([
  ['that has just been bounded is cleared at once, and not again and again', 'bound', /^[12] 80$/], // a second may have begun
  ['that grows so is not cleared by V8 itself', 'unbound', /^0 80$/],
])('a heap %s', (_, how, told) => {
  const { stdout, stderr } = run('--max-semi-space-size=4', '--input-type=module', '-e', GROWS, how);
  expect(stderr).toBe('');
  expect(stdout.trim()).toMatch(told);
});
