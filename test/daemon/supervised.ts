import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { demo } from '../../src/agents/demo.ts';
import type { Held } from '../../src/daemon/held.ts';
import type { Parts } from '../../src/daemon/parts.ts';
import { Supervisor } from '../../src/daemon/supervisor.ts';
import type { Driver } from '../../src/domain/driver.ts';
import type { TaskId, TaskName } from '../../src/domain/ids.ts';
import { newTask, type Task } from '../../src/domain/task.ts';
import { NOW } from '../domain/samples.ts';
import { heldIn } from './samples.ts';

/** A real supervisor over a driver of which only this is there, with everything that it launched and complained of. */
export function supervised(driver: Partial<Driver> = {}, parts: Partial<Parts> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'hf-supervised-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const launched: string[] = [];
  const complaints: string[] = [];
  const complain = ({ event }: { readonly event: string }) => void complaints.push(event);
  const supervisor = new Supervisor({
    driver: {
      plan: async () => ({ kind: 'fresh', why: 'a test' }),
      launch: async ({ spec }: { readonly spec: Held['spec'] }) => void launched.push(spec.name),
      ...driver,
    },
    signals: [],
    epoch: 1,
    environment: {},
    survey: async () => ({ edited: false }),
    changes: async () => undefined,
    maxConcurrent: 9,
    now: () => NOW,
    clockJump: () => undefined,
    log: { info: () => undefined, warn: complain, error: complain },
    changed: () => undefined,
    ...parts,
  } as unknown as Parts); // all of a driver and a log that is used
  const add = (name: string, task: Partial<Task>, more: Partial<Held> = {}): Held => {
    const sample = heldIn(dir, { ...newTask(NOW), attempt: 1, ...task });
    const spec = { ...sample.spec, id: `${name}-AAAAAA` as TaskId, name: name as TaskName }; // of the forms of both
    const held: Held = { ...sample, spec, agent: demo, ...more };
    supervisor.add(held);
    return held;
  };
  return { supervisor, add, launched, complaints };
}

/** A journal to which nothing can be added any more. */
export const unwritable: Held['journal'] = {
  entries: async () => [],
  append: () => Promise.reject(new Error('shorter than it was')),
};
