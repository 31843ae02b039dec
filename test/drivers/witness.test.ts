import { expect, test } from 'vitest';
import type { Observation } from '../../src/domain/observation.ts';
import { witness } from '../../src/drivers/witness.ts';

type Seen = readonly [runner: Observation['runner'], claim: Observation['claim'], exit?: 'exit'];

const exit = { status: 0, at: 1 };
/** A world that moves on by one step at each thing that is looked at. */
const moving = (...steps: readonly Seen[]) => {
  const looked: string[] = [];
  const now = (what: string): Seen => {
    looked.push(what);
    return steps[Math.min(looked.length, steps.length) - 1] ?? ['gone', 'none'];
  };
  const seen = witness(
    () => now('runner')[0],
    async () => {
      const [, claim, ended] = now('record');
      return { claim, ...(ended ? { exit } : {}) };
    },
    async () => void now('panes'),
  );
  return seen.then(({ runner, record }) => ({ runner, claim: record.claim, ended: 'exit' in record, looked }));
};

test.each([
  ['a runner at work', [['alive', 'runner']], { runner: 'alive', claim: 'runner', ended: false }, 2],
  ['a record that was written before its runner left', [['left', 'runner', 'exit']], { ended: true }, 2],
  [
    'a runner that comes between the two looks as alive, not as killed',
    [
      ['gone', 'none'],
      ['alive', 'runner'],
    ],
    { runner: 'alive', claim: 'runner', ended: false },
    4,
  ],
  [
    'a short life, lived while tmux was asked, by its record and not as one that never began',
    [
      ['gone', 'none'],
      ['gone', 'none'],
      ['alive', 'runner'],
      ['gone', 'runner', 'exit'],
    ],
    { claim: 'runner', ended: true },
    5,
  ],
  [
    'a runner that was killed as gone, after tmux was asked',
    [['left', 'runner']],
    { runner: 'left', claim: 'runner', ended: false },
    5,
  ],
  ['a runner that never began as gone', [['gone', 'none']], { runner: 'gone', claim: 'none', ended: false }, 5],
] as const)('%s', async (_, steps, expected, looks) => {
  const { looked, ...seen } = await moving(...steps);
  expect(seen).toMatchObject(expected);
  expect(looked).toHaveLength(looks);
});
