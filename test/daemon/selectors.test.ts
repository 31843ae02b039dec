import { describe, expect, test } from 'vitest';
import { find } from '../../src/daemon/context.ts';
import type { Held } from '../../src/daemon/held.ts';
import type { Phase } from '../../src/domain/task.ts';

/** The part of a task that a selector looks at. */
const held = (name: string, id: string, createdAt: number, state: Phase['state'] = 'running'): Held =>
  ({ spec: { name, id, session: `demo-${name}`, createdAt }, task: { phase: { state } } }) as unknown as Held; // no test here asks for more

const tasks = [
  held('job-1', 'job-1-aaaaaa', 1, 'succeeded'),
  held('job-1', 'job-1-bbbbbb', 2),
  held('job-1', 'job-1-cccccc', 3, 'failed'),
  held('job-10', 'job-10-dddddd', 4),
  held('other', 'other-eeeeee', 5, 'failed'),
  held('other', 'other-ffffff', 6, 'cancelled'),
];
const found = (selector: string): string => find({ supervisor: { tasks } } as never, selector).spec.id;

describe('a selector finds', () => {
  test.each([
    ['the living task of this very name, and none whose name is longer', 'job-1', 'job-1-bbbbbb'],
    ['the one with the longer name', 'job-10', 'job-10-dddddd'],
    ['an ended one by its id', 'job-1-aaaaaa', 'job-1-aaaaaa'],
    ['the newest where all have ended', 'other', 'other-ffffff'],
    ['by session', 'demo-job-1', 'job-1-bbbbbb'],
    ['by the beginning of an id', 'other-e', 'other-eeeeee'],
  ])('%s', (_, selector, id) => expect(found(selector)).toBe(id));

  test.each(['job', 'job-1-', 'demo-', 'o'])('nothing where %j could be several', (selector) => {
    expect(() => found(selector)).toThrow(/could be any of .*: say more of it/);
  });

  test.each(['=job-1', 'job-1:', '%1', '{last}', '../job-1', 'job-1\n', '\u001b[2Jjob-1', '*', 'JOB-1', '$(id)'])(
    'nothing for %j',
    (selector) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the sentence must not hold one
      expect(() => found(selector)).toThrow(/^there is no task "[^\u0000-\u001f]*"\. See/);
    },
  );
});
