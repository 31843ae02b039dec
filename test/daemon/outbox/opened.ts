import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, onTestFinished, vi } from 'vitest';
import { demo } from '../../../src/agents/demo.ts';
import type { Held } from '../../../src/daemon/held.ts';
import { openLog } from '../../../src/daemon/log.ts';
import type { Recipient } from '../../../src/daemon/outbox/recipients.ts';
import { type Found, openOutbox } from '../../../src/daemon/outbox.ts';
import { parseTaskName, type TaskId } from '../../../src/domain/ids.ts';
import type { Sending } from '../../../src/domain/notifier.ts';
import type { Spec, Task } from '../../../src/domain/task.ts';
import { NOW, policy, taskIn } from '../../domain/samples.ts';
import { notifierThat } from './notifier-that.ts';

/** On a busy machine a write to disk alone may take longer than the second that vitest waits by default. */
export const eventually = (holds: () => void | Promise<void>): Promise<void> => vi.waitFor(holds, 15_000);

export let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ob-'));
  const made = dir;
  onTestFinished(() => rm(made, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })); // a letter may still be put away
});

export const spec: Spec = {
  schema: 1,
  id: 'fix-AAAAAA' as TaskId, // as mkdtemp makes them
  name: parseTaskName('fix'),
  agent: 'demo',
  session: 'demo-fix',
  cwd: '/work',
  createdAt: NOW,
  labels: [],
  permissions: 'workspace',
  chosenId: '00000000-0000-4000-8000-000000000000',
  prompt: { bytes: 1, sha256: '' },
  policy,
};
export const running = taskIn({ state: 'running' });
export const over: Task = { ...running, seq: 6, phase: { state: 'succeeded', why: 'exit 0' } };
export const exited = { type: 'exited', attempt: 2, status: 0, livedMs: 1, turn: 'ended', denied: 0 } as const;

export const found = (task: Task, given: Partial<Spec> = {}): Found => {
  const held: Held = {
    spec: { ...spec, ...given },
    agent: demo,
    dir,
    journal: { entries: async () => [], append: async () => undefined },
    task: { ...task, since: NOW },
  };
  return { held, step: () => ({ spec: held.spec, before: running, after: task, happening: exited, at: NOW }) };
};

/** An outbox whose notifier answers like this, with everything that it was given. */
export async function open(answer: Sending = { result: 'sent' }, recipient: Partial<Recipient> = {}, now = NOW) {
  const { notifier, sent } = notifierThat(answer);
  const outbox = await openOutbox({
    directory: join(dir, 'outbox'),
    recipients: [{ notifier, settings: {}, ...recipient }],
    epoch: 4,
    now: () => now,
    log: openLog(join(dir, 'log'), 'info'),
  });
  return { outbox, sent, notifier };
}

/** Tells the last change of a task, as the supervisor does. */
export const tell = async ({ outbox }: Pick<Awaited<ReturnType<typeof open>>, 'outbox'>, { held, step }: Found) => {
  const last = step?.();
  if (last) await outbox.tell(held, last);
};
/** What a notifier says that cannot send now. */
export const down: Sending = { result: 'later', why: 'down', afterMs: 0 };
