import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { demo } from '../../src/agents/demo.ts';
import type { Context } from '../../src/daemon/context.ts';
import { retry } from '../../src/daemon/handlers/retry.ts';
import { retryFailed } from '../../src/daemon/handlers/retry-failed.ts';
import type { Held } from '../../src/daemon/held.ts';
import { JournalError } from '../../src/daemon/journal.ts';
import { Supervisor } from '../../src/daemon/supervisor.ts';
import type { TaskId } from '../../src/domain/ids.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import { newTask, type Phase } from '../../src/domain/task.ts';
import { EXIT } from '../../src/protocol/exit-codes.ts';
import { heldIn } from './samples.ts';

const FAILED: Phase = { state: 'failed', why: 'no login', failure: 'auth' };
const WAITING: Phase = { state: 'backing-off', retryAt: Number.MAX_SAFE_INTEGER, why: 'it died' };

/** One task in this state with a real supervisor, in which no place is free: what is begun is not launched. */
function house(phase: Phase, followUps?: number) {
  const supervisor = new Supervisor({
    driver: {
      launch: async () => undefined,
      finish: async () => undefined,
      plan: async () => ({ kind: 'fresh', why: 'the first' }),
    },
    now: () => 1,
    clockJump: () => undefined,
    maxConcurrent: 0,
    log: { info: () => undefined, error: () => undefined },
    survey: async () => ({}),
    changes: async () => undefined,
    changed: () => undefined,
  } as never); // all that is asked of a task that is not looked at
  const sample = heldIn(mkdtempSync(join(tmpdir(), 'hf-retry-')), { ...newTask(1), attempt: 1, run: 1, phase });
  const spec = { ...sample.spec, policy: defaultPolicy, ...(followUps === undefined ? {} : { followUps }) };
  const held: Held = { ...sample, spec, agent: demo, journal: { ...sample.journal } };
  supervisor.add(held);
  const context = { supervisor, driver: {} } as unknown as Context; // all that a retry without words uses of it
  return { supervisor, held, context, again: () => retry(context, { task: 'told', consent: false }) };
}

const outcomes = async (...calls: Promise<unknown>[]) =>
  (await Promise.allSettled(calls)).map((each) => (each.status === 'fulfilled' ? 'did it' : each.reason));

const LOST_RACE = {
  exitCode: EXIT.wrongState,
  message: expect.stringMatching(
    /^told was (failed|backing-off) and is \w+ now: another hand was faster; .* show told$/,
  ),
};

describe('of two that retry one task at once', () => {
  test.each([
    ['has ended', FAILED],
    ['waits for its next attempt', WAITING],
  ])('where it %s, one does it and the other is told that it did not', async (_, phase) => {
    const { again, held } = house(phase);
    const [first, second] = await outcomes(again(), again());
    expect(first).toBe('did it');
    expect(second).toMatchObject(LOST_RACE);
    expect(held.task.run + held.task.attempt, 'one more life, of the task or of its agent').toBe(3);
  });

  test('or two ended tasks of one name, one lives and the other is told that the name is taken', async () => {
    const { supervisor, context, held } = house(FAILED);
    const earlier = heldIn(held.dir, held.task);
    supervisor.add({ ...held, spec: { ...earlier.spec, id: 'told-BBBBBB' as TaskId } }); // of the form of an id
    const [first, second] = await outcomes(
      retry(context, { task: 'told-AAAAAA', consent: false }),
      retry(context, { task: 'told-BBBBBB', consent: false }),
    );
    expect(first).toBe('did it');
    expect(second).toMatchObject({
      exitCode: EXIT.nameTaken,
      message: expect.stringContaining('the name told is taken'),
    });
    expect(supervisor.tasks.filter(({ task }) => task.phase.state !== 'failed')).toHaveLength(1);
  });

  test('with new words, those of the other are gone', async () => {
    const { context, held } = house(FAILED);
    const incomingDir = mkdtempSync(join(tmpdir(), 'hf-incoming-'));
    const ask = (prompt: string) =>
      retry({ ...context, paths: { incomingDir } } as Context, { task: 'told', consent: false, prompt });
    const [first, second] = await outcomes(ask('mine'), ask('yours'));
    expect([first, second].filter((outcome) => outcome === 'did it')).toHaveLength(1);
    expect([first, second]).toContainEqual(expect.objectContaining({ exitCode: EXIT.wrongState }));
    expect(readdirSync(join(held.dir, 'words'))).toEqual([held.task.words]);
  });

  test('by what it failed of, each task is in the answer of one', async () => {
    const { context } = house(FAILED);
    const wish = { failedBy: 'auth' } as const;
    const [mine, yours] = await Promise.all([retryFailed(context, wish), retryFailed(context, wish)]);
    expect([mine.tasks.length, yours.tasks.length]).toEqual([1, 0]);
  });
});

test('an ended task whose journal was damaged since is not let live on it', async () => {
  const { context, held, again } = house(FAILED);
  const entries = () => Promise.reject(new JournalError('line 2: the checksum does not match'));
  Object.assign(held.journal, { entries });
  await expect(again()).rejects.toMatchObject({
    exitCode: EXIT.error,
    message: expect.stringMatching(/damaged \(line 2/),
  });
  await expect(retryFailed(context, { failedBy: 'auth' })).rejects.toMatchObject({ exitCode: EXIT.error });
  expect(held.task.phase.state).toBe('failed');
});

test('a retry of a waiting task that a stop has ended meanwhile needs what the retry of an ended one does', async () => {
  const { supervisor, held, again } = house(WAITING, 0);
  const stopped = supervisor.tell(held, { type: 'stopRequested', by: 'an operator', graceMs: 0 });
  const [stopping, retried] = await outcomes(stopped, again());
  expect(stopping).toBe('did it');
  expect(retried).toMatchObject({ exitCode: EXIT.notAllowed, message: expect.stringContaining('follow-ups') });
  expect(held.task.phase.state).toBe('cancelled');
});
