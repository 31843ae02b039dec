import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { procText } from '../../src/system/proc.ts';

const linux = existsSync('/proc/self/environ');

test.runIf(linux)('what /proc says is read whole, however long it is', async () => {
  const long = 'é'.repeat(60_000); // 120,000 bytes: more than is read at once
  const env = { FIRST: long, LAST: 'told' };
  const child = spawn('/bin/sleep', ['100'], { env, stdio: 'ignore' });
  try {
    await once(child, 'spawn');
    const text = Buffer.from(procText(`/proc/${child.pid}/environ`), 'latin1').toString('utf8');
    expect(text.length).toBe(`FIRST=${long}\0LAST=told\0`.length);
    expect(text.endsWith('é\0LAST=told\0')).toBe(true);
  } finally {
    child.kill('SIGKILL');
  }
});

test.runIf(linux)('reading it leaves nothing behind beside the heap', () => {
  const before = process.memoryUsage().arrayBuffers;
  for (let times = 0; times < 10; times++) procText('/proc/self/stat');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024);
});

test('what is not there is thrown', () => {
  expect(() => procText('/proc/0/stat')).toThrow('ENOENT');
});
