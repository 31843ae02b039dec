import { describe, expect, test } from 'vitest';
import type { AgentEvent } from '../../src/domain/event.ts';
import { step } from '../../src/domain/machine.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import { advance, noProgress } from '../../src/domain/progress.ts';
import { newTask, type Task } from '../../src/domain/task.ts';
import { shareOf, type Tally, tallied, usedBy } from '../../src/domain/usage.ts';

type Counts = Extract<AgentEvent, { type: 'usage' }>['counts'];

/** What an attempt told that lived for a minute: nothing of its tokens where it died before it could. */
const attempt = (counts: Counts, input?: number, conversation = 'c1') => {
  const events: AgentEvent[] = [
    { type: 'conversation', id: conversation },
    { type: 'tool-started', call: '1', tool: 'Bash', what: 'ls' },
    ...(input === undefined ? [] : [{ type: 'usage', counts, input, output: 1, costUsd: input / 100 } as const]),
  ];
  return shareOf(events.reduce(advance, noProgress), 60_000);
};
const all = (...shares: ReturnType<typeof attempt>[]) =>
  usedBy(shares.reduce<Tally | undefined>((tally, share, index) => tallied(tally, index + 1, share), undefined));

describe('what all attempts of a task have used', () => {
  test.each([
    ['the sum where each process counts its own', [attempt('total', 100), attempt('total', 50)], 150],
    ['the sum where steps are counted', [attempt('step', 100), attempt('step', 50)], 150],
    [
      'the last total where each holds those before it',
      [attempt('conversation', 100), attempt('conversation', 150)],
      150,
    ],
    [
      'the last total too where one between died before it could tell',
      [attempt('conversation', 100), attempt('conversation'), attempt('conversation', 150)],
      150,
    ],
    ['what was told before one that could not tell', [attempt('conversation', 100), attempt('conversation')], 100],
    [
      'the sum of conversations where another was begun',
      [attempt('conversation', 100), attempt('conversation', 30, 'c2'), attempt('conversation', 50, 'c2')],
      150,
    ],
  ])('is %s', (_, shares, input) => {
    const used = all(...shares);
    expect(used).toMatchObject({ tools: shares.length, workedMs: shares.length * 60_000, tokens: { input } });
    expect(used.costUsd).toBeCloseTo(input / 100);
  });

  test('is told once, however often the end of an attempt is', () => {
    const [first, second] = [attempt('total', 100), attempt('total', 50)];
    const tally = tallied(tallied(tallied(undefined, 1, first), 2, first), 2, second);
    expect(usedBy(tally).tokens.input).toBe(150);
  });

  test('is nothing before the first, and no cost where nobody tells one', () => {
    expect(usedBy(undefined)).toEqual({ tools: 0, tokens: { input: 0, output: 0 }, workedMs: 0 });
    expect(all(attempt('total'))).not.toHaveProperty('costUsd');
  });
});

describe('a task knows what its attempts have used', () => {
  const running: Task = { ...newTask(0), attempt: 2, tries: 2, used: tallied(undefined, 1, attempt('total', 100)) };
  const used = attempt('total', 50);
  const exit = { type: 'exited', attempt: 2, status: 1, livedMs: 60_000, turn: 'open', denied: 0, used } as const;
  const dead = { type: 'provedDead', attempt: 2, rebooted: false, livedMs: 60_000, used } as const;
  const stopping = { state: 'stopping', killAt: 9, toward: 'cancelled', why: 'stopped' } as const;
  const input = (task: Task) => usedBy(task.used).tokens.input;

  test.each([
    ['exited', { state: 'running' }, exit],
    ['was proved dead', { state: 'lost', cause: 'runner', why: 'killed' }, dead],
    ['was stopped', stopping, dead],
  ] as const)('when one %s', (_, phase, end) => {
    expect(input(step({ ...running, phase }, end, 5, defaultPolicy)[0])).toBe(150);
  });

  test('once, where its exit was seen before all of it was gone', () => {
    const [exited] = step({ ...running, phase: stopping }, exit, 5, defaultPolicy);
    expect(input(step(exited, dead, 6, defaultPolicy)[0])).toBe(150);
  });

  test('still when it is run again after its end', () => {
    const [over] = step({ ...running, phase: stopping }, dead, 5, defaultPolicy);
    expect(input(step(over, { type: 'retryRequested', by: 'an operator' }, 6, defaultPolicy)[0])).toBe(150);
  });
});
