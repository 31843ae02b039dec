import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { perform } from '../../src/daemon/effects.ts';
import type { Driver } from '../../src/domain/driver.ts';
import { newTask } from '../../src/domain/task.ts';
import { sparedOnce } from '../domain/samples.ts';
import { until } from '../e2e/until.ts';
import { heldIn } from './samples.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hf-effects-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const help = { note: async () => undefined, changes: async () => undefined, survey: async () => ({}) };

test('what was asked at a retry comes after why it goes on, where the attempt before cost none', async () => {
  mkdirSync(join(dir, 'words'));
  writeFileSync(join(dir, 'words', 'w.md'), 'Now the tests.');
  const told: unknown[] = [];
  const driver = {
    plan: async () => ({ kind: 'resume', why: 'it is there' }),
    launch: async (_subject: unknown, _plan: unknown, words: unknown) => told.push(String(words)),
  } as unknown as Driver; // all that a launch asks for
  const retried = { ...newTask(0), run: 2, attempt: 1, words: 'w.md' };
  const again = sparedOnce(retried);
  await perform({ do: 'launch', attempt: again.attempt }, heldIn(dir, again), driver, help);
  expect(told).toEqual([
    expect.stringMatching(/: the tmux server died\.[\s\S]+asked of you last:\n\nNow the tests\.$/),
  ]);
});

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
