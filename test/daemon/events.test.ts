import { describe, expect, test } from 'vitest';
import { changes } from '../../src/daemon/changes.ts';
import { events } from '../../src/daemon/handlers/events.ts';
import type { Held } from '../../src/daemon/held.ts';
import type { Entry } from '../../src/daemon/journal.ts';
import { newTask } from '../../src/domain/task.ts';
import { heldIn } from './samples.ts';

const task = newTask(0);
const entry = (order: number): Entry => ({
  v: 1,
  line: 0,
  at: order,
  epoch: 1,
  order,
  happening: { type: 'accepted' },
  task,
});

/** A task whose journal is read like this. */
const taskWith = (entries: () => Promise<readonly Entry[]>): Held => ({
  ...heldIn('/nowhere', task),
  journal: { entries, append: async () => undefined, end: () => ({ epoch: 1, order: 9 }) },
});

/** What is told from the beginning on, of these tasks, as long as they are among them. */
function told(tasks: readonly Held[]) {
  const supervisor = {
    get tasks() {
      return [...tasks];
    },
  } as never; // the handler asks for no more of it
  const caller = new AbortController().signal;
  return events({ supervisor, changes: changes(), epoch: 2 }, { most: 100, waitMs: 0 }, caller);
}

describe('the happenings of all tasks', () => {
  test('are an error where a journal cannot be read just now: a cursor behind it would lose what is in it', async () => {
    const well = taskWith(async () => [entry(2)]);
    const ill = taskWith(() => Promise.reject(new Error('EMFILE')));
    await expect(told([well, ill])).rejects.toThrow('EMFILE');
  });

  test('are those of the others where one is forgotten while its journal is read', async () => {
    const tasks = [taskWith(async () => [entry(2)])];
    const forgotten = taskWith(async () => {
      tasks.pop();
      throw new Error('ENOENT');
    });
    tasks.push(forgotten);
    const answer = await told(tasks);
    expect(answer.events.map(({ cursor }) => cursor)).toEqual(['1.2']);
  });

  test('of an older generation come before those of a younger one, wherever their lines stand', async () => {
    const late = { ...entry(5), epoch: 0 };
    const { events: rows } = await told([taskWith(async () => [entry(1), late])]);
    expect(rows.map(({ cursor }) => cursor)).toEqual(['0.5', '1.1']);
  });

  test('of a fleet are read with few files open at once', async () => {
    let open = 0;
    let most = 0;
    const fleet = Array.from({ length: 1500 }, (_, order) =>
      taskWith(async () => {
        most = Math.max(most, ++open);
        await Promise.resolve();
        open--;
        return [entry(order)];
      }),
    );
    const { events: rows, more } = await told(fleet);
    expect({ rows: rows.length, more }).toEqual({ rows: 100, more: true });
    expect(most).toBeLessThan(100);
  });
});
