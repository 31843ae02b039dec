import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Context } from '../../src/daemon/context.ts';
import { stop } from '../../src/daemon/handlers/stop.ts';
import { EXIT } from '../../src/protocol/exit-codes.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const nobody = new AbortController().signal;

/** A task that is being stopped; `look` is what happens to it at each look. */
function stopping(look: (task: Record<string, unknown>) => void) {
  const task = { run: 1, phase: { state: 'stopping', killAt: Date.now() } };
  const spec = { id: 'stubborn-000000', name: 'stubborn', session: 'demo-stubborn', createdAt: 1 };
  const held = { spec, task };
  const context = {
    supervisor: {
      tasks: [held],
      tell: async () => held.task,
      look: async () => look(held.task),
      onceEnded: async (_: unknown, deed: (subject: unknown) => Promise<unknown>) => {
        if (held.task.phase.state === 'cancelled') await deed(held);
      },
    },
    changes: { next: async (ms: number) => void vi.advanceTimersByTime(ms) },
    driver: {},
  };
  return stop(context as unknown as Context, { task: 'stubborn', graceMs: 5000 }, nobody); // all that stop uses of it
}

describe('a stop', () => {
  test('that has not ended the task in time says so, with a code of its own and the way out', async () => {
    await expect(stopping(() => undefined)).rejects.toMatchObject({
      exitCode: EXIT.tryAgain,
      message: 'stubborn is still stopping, and is being ended: see what it waits for with: holdfast explain stubborn',
    });
  });

  test('of a task that another hand lets go on in the moment of its end says that', async () => {
    const retried = (task: Record<string, unknown>) => Object.assign(task, { run: 2, phase: { state: 'pending' } });
    await expect(stopping(retried)).rejects.toMatchObject({
      exitCode: EXIT.wrongState,
      message: 'stubborn had ended, and was let go on at once by a retry',
    });
  });
});
