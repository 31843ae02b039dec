import { demo } from '../../src/agents/demo.ts';
import type { Held } from '../../src/daemon/held.ts';
import type { TaskId, TaskName } from '../../src/domain/ids.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import type { Task } from '../../src/domain/task.ts';

/** A task of the demo agent as a daemon holds it that has not looked at it yet. */
export const heldIn = (dir: string, task: Task): Held => ({
  spec: {
    schema: 1,
    id: 'told-AAAAAA' as TaskId, // of the form of an id
    name: 'told' as TaskName, // of the form of a name
    agent: 'demo',
    session: 'demo-told',
    cwd: '/',
    createdAt: 0,
    labels: [],
    permissions: 'workspace',
    chosenId: '00000000-0000-4000-8000-000000000000',
    prompt: { bytes: 0, sha256: '' },
    policy: defaultPolicy,
  },
  agent: demo,
  dir,
  journal: { entries: async () => [], append: async () => undefined },
  task,
});
