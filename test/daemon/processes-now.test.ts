import { describe, expect, test } from 'vitest';
import { processesNow } from '../../src/daemon/processes-now.ts';
import type { Health, Look } from '../../src/domain/health.ts';
import { noProgress, type Progress } from '../../src/domain/progress.ts';
import { newTask } from '../../src/domain/task.ts';
import { heldIn } from './samples.ts';

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
const tree = { processes: 3, tools: 1, cpuMs: 12_340 };
const seen = {
  at: NOW,
  attempt: 1,
  claim: 'runner',
  runner: 'alive',
  pane: 'alive',
  stderr: '',
  rebooted: false,
} as const;

/** What is told of a running attempt whose events add up to this; `health` is what the looks before found. */
async function told(look: Look | Error, progress: Partial<Progress> = {}, health?: Health) {
  const held = {
    ...heldIn('/', { ...newTask(0), attempt: 1, phase: { state: 'running' } as const }),
    seen: { ...seen, progress: { ...noProgress, turn: 'open' as const, ...progress } },
    ...(health ? { health } : {}),
  };
  const examine = async () => {
    if (look instanceof Error) throw look;
    return look;
  };
  const lines = await processesNow(held, { examine }, NOW);
  return Object.fromEntries(lines.map(({ what, found }) => [what, found]));
}

const idle: Health = { looks: 2, lookedAt: NOW - 3 * MINUTE, idleSince: NOW - 9 * MINUTE, tree: { ...tree, tools: 0 } };

describe('what is told of the processes of an attempt', () => {
  test('is how many they are, how many of them are tools, and what they have used', async () => {
    expect(await told({ tree })).toMatchObject({
      processes: '3, of which 1 is a tool in a session of its own',
      'processor time': expect.stringMatching(/^12\.3s, idle since: unknown/),
    });
  });

  test.each([
    ['since when they are idle', 0, `12.3s, idle since ${new Date(NOW - 9 * MINUTE).toISOString()}`],
    ['that they are not', 30_000, '42.3s, used some in the last 3m'],
  ])('is %s, by the looks before', async (_, more, text) => {
    const look = { tree: { processes: 2, tools: 0, cpuMs: tree.cpuMs + more } };
    expect(await told(look, {}, idle)).toHaveProperty('processor time', text);
  });

  test('is unknown where nobody can look', async () => {
    expect(await told(new Error('no ps'))).toMatchObject({ processes: 'unknown', 'processor time': 'unknown' });
  });

  test('is nothing where none can live', async () => {
    const over = heldIn('/', { ...newTask(0), attempt: 1, phase: { state: 'cancelled', why: 'stopped' } });
    const examine = () => expect.fail('nobody is to be looked for');
    expect(await processesNow({ ...over, seen: { ...seen, progress: noProgress } }, { examine }, NOW)).toEqual([]);
  });
});

test.each<[string, number, Partial<Progress>, RegExp]>([
  ['a tool', 1, { openTools: [{ call: '1', tool: 'Bash', what: 'make' }] }, /^a tool, by its own word: Bash: make$/],
  ['a tool that it tells of at the end', 1, {}, /^a tool that it has not told of yet/],
  ['its model', 0, {}, /^its model/],
  ['its provider', 0, { waitsFor: { type: 'provider', message: '429' } }, /^its provider.*: 429$/],
  ['an answer', 0, { waitsFor: { type: 'answer', nth: 1, question: 'May I?', choices: [] } }, /^an answer: May I\?$/],
  ['nothing', 0, { turn: 'ended' }, /^nothing/],
  ['nobody knows what', 0, { turn: 'none' }, /^unknown$/],
])('an agent waits for %s', async (_, tools, progress, text) => {
  expect((await told({ tree: { ...tree, tools } }, progress))['waits for']).toMatch(text);
});
