import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { perform } from '../../src/daemon/effects.ts';
import type { Driver } from '../../src/domain/driver.ts';
import { newTask } from '../../src/domain/task.ts';
import { until } from '../e2e/until.ts';
import { heldIn } from './samples.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hf-effects-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a fleet that comes back is launched four at a time, of those that wait the oldest first', async () => {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const driver = {
    plan: async () => ({ kind: 'fresh', why: 'the first' }),
    launch: ({ spec }: { readonly spec: { readonly cwd: string } }) => {
      begun.push(spec.cwd);
      return new Promise<void>((resolve) => ends.set(spec.cwd, resolve));
    },
  } as unknown as Driver; // all that a launch asks for
  const help = { note: async () => undefined, changes: async () => undefined, survey: async () => ({}) };
  const launches = [7, 6, 5, 4, 3, 2, 1].map((age) => {
    const sample = heldIn(dir, newTask(0));
    const held = { ...sample, spec: { ...sample.spec, cwd: `/${age}`, createdAt: age } };
    return perform({ do: 'launch', attempt: 1 }, held, driver, help);
  });
  await until(() => begun.length === 4);
  expect(begun.toSorted()).toEqual(['/4', '/5', '/6', '/7']); // as they came
  for (const [ended, next] of [
    ['/7', '/1'],
    ['/4', '/2'],
    ['/1', '/3'],
  ] as const) {
    ends.get(ended)?.();
    await until(() => begun.at(-1) === next);
  }
  expect(begun).toHaveLength(7);
  for (const end of ends.values()) end();
  expect(await Promise.all(launches)).toEqual(Array(7).fill(undefined));
});
