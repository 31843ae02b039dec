import { describe, expect, test } from 'vitest';
import { demo } from '../../src/agents/demo.ts';
import type { Context } from '../../src/daemon/context.ts';
import { prune } from '../../src/daemon/handlers/prune.ts';
import type { Held } from '../../src/daemon/held.ts';
import { Supervisor } from '../../src/daemon/supervisor.ts';
import { newTask, type Phase } from '../../src/domain/task.ts';

const ASKED = { olderMs: 0, dryRun: false };
const retried = { type: 'retryRequested', by: 'an operator' } as const;

/** Some tasks that have failed, and a forgetting that stops at each until it is let go on. */
function house(...names: readonly string[]) {
  const forgotten: string[] = [];
  const closing = new Map<string, () => void>();
  const driver = { close: ({ spec }: Held) => new Promise<void>((resolve) => closing.set(spec.id, resolve)) };
  const supervisor = new Supervisor({
    driver,
    now: Date.now,
    log: { info: () => undefined },
    changed: () => undefined,
  } as never); // all that is asked of a task which has ended
  const store = { forget: async ({ spec }: Held) => void forgotten.push(spec.id) };
  const helds = names.map((name) => {
    const phase: Phase = { state: 'failed', why: 'no login' };
    const spec = { id: name, name, agent: 'demo', policy: {} };
    const journal = { append: async () => undefined };
    return { spec, agent: demo, dir: '/nowhere', journal, task: { ...newTask(1), phase } } as unknown as Held;
  });
  for (const held of helds) supervisor.add(held);
  const context = { supervisor, store, driver } as unknown as Context; // all that prune uses of it
  const letGoOn = async (name: string): Promise<void> => {
    await expect.poll(() => closing.has(name)).toBe(true);
    closing.get(name)?.();
  };
  return { supervisor, helds, forgotten, context, letGoOn };
}

describe('forgetting ended tasks', () => {
  test('spares one that was retried while another was forgotten, and does not count it', async () => {
    const { supervisor, helds, forgotten, context, letGoOn } = house('one', 'two');
    const pruned = prune(context, ASKED);
    const [, two] = helds;
    await supervisor.tell(two as Held, retried);
    await letGoOn('one');
    expect(await pruned).toEqual({ pruned: ['one'] });
    expect(forgotten).toEqual(['one']);
    expect(supervisor.tasks).toEqual([two]);
    expect(two?.task.phase.state).toBe('pending');
  });

  test('comes before a retry that waits for its turn: that one is told so, and nothing is written', async () => {
    const { supervisor, helds, context, letGoOn } = house('one');
    const pruned = prune(context, ASKED);
    const retry = supervisor.tell(helds[0] as Held, retried);
    await letGoOn('one');
    await expect(retry).rejects.toThrow('one has just been forgotten');
    expect(await pruned).toEqual({ pruned: ['one'] });
    expect(helds[0]?.task.phase.state).toBe('failed');
  });
});
