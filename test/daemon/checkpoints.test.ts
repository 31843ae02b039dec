import { expect, test } from 'vitest';
import type { Entry } from '../../src/daemon/journal.ts';
import { Supervisor } from '../../src/daemon/supervisor.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import { newTask, type Phase } from '../../src/domain/task.ts';
import { heldIn } from './samples.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const asks: Phase = { state: 'waiting-input', question: 'May I?', choices: ['yes', 'no'] };

/** What is written of a task in this state while so much time passes. */
async function writtenIn(ms: number, phase: Phase, budgetMs: number): Promise<readonly Pick<Entry, 'task'>[]> {
  let at = 0;
  const nothing = () => undefined;
  const log = { info: nothing, error: nothing };
  const supervisor = new Supervisor({ now: () => at, log, changed: nothing } as never); // all that the time asks for
  const entries: Pick<Entry, 'task'>[] = [];
  const sample = heldIn('/', { ...newTask(0), attempt: 1, tries: 1, firstStartAt: 0, phase });
  const held = {
    ...sample,
    spec: { ...sample.spec, policy: { ...defaultPolicy, budgetMs } },
    journal: { ...sample.journal, append: async (entry: Pick<Entry, 'task'>) => void entries.push(entry) },
  };
  supervisor.add(held);
  for (; at <= ms; at += 30_000) await supervisor.tell(held, { type: 'ticked' });
  return entries;
}

test.each([1, 5])('a question that waits for weeks writes its budget of %i h down, and no more', async (hours) => {
  const entries = await writtenIn(21 * 24 * HOUR, asks, hours * HOUR);
  expect(entries.length).toBeLessThanOrEqual(101);
  expect(entries.at(-1)?.task).toMatchObject({ detached: true, spentMs: hours * HOUR });
});

test('of the budget of a question no more than a hundredth is ever not written down', async () => {
  const entries = await writtenIn(4 * HOUR, asks, 5 * HOUR);
  expect(entries.at(-1)?.task.spentMs).toBeGreaterThan(4 * HOUR - 3 * MINUTE);
});
