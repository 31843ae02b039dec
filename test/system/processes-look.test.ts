import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import { snapshot } from '../../src/system/processes.ts';

const MARK = 'HOLDFAST_MARK';
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function sleeper(env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn('/bin/sleep', ['100'], { env, stdio: 'ignore' });
  children.push(child);
  return child;
}

const sleepers = async (count: number, env?: Readonly<Record<string, string>>): Promise<void> => {
  for (let started = 0; started < count; started++) await once(sleeper(env), 'spawn');
};

/** What is left after all garbage is collected. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

describe.runIf(process.platform === 'linux')('a look at all processes', () => {
  test('finds who was born while it took a breath', async () => {
    await sleepers(80); // so many that it takes one
    const looking = snapshot(MARK);
    const born = sleeper({ [MARK]: `born-${process.pid}:1` });
    expect((await looking).familyOf(`born-${process.pid}:`, []).map(({ pid }) => pid)).toEqual([born.pid]);
  });

  test('keeps what the variable says, and not the environment that it stood in', async () => {
    await sleepers(20, { LONG: 'x'.repeat(100_000), [MARK]: `a-long-name-${process.pid}:1` });
    const before = heapUsed();
    const { familyOf } = await snapshot(MARK);
    expect(heapUsed() - before).toBeLessThan(1_000_000);
    expect(familyOf(`a-long-name-${process.pid}:`, [])).toHaveLength(20);
  });
});
