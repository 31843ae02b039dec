import { describe, expect, test } from 'vitest';
import { stillAsking } from '../../src/domain/asked.ts';
import type { AgentEvent } from '../../src/domain/event.ts';
import { advance, noProgress, type Progress } from '../../src/domain/progress.ts';

const sumOf = (...events: readonly AgentEvent[]): Progress => events.reduce(advance, noProgress);

const begun = { type: 'turn-started' } as const;
const ended = { type: 'turn-ended', text: 'Done.' } as const;
const overloaded = { type: 'turn-failed', failure: { kind: 'overloaded', message: '529' } } as const;
const limited = { type: 'turn-failed', failure: { kind: 'usage-limit', message: 'limit' } } as const;
const tool = (call: string) => ({ type: 'tool-started', call, tool: 'Bash', what: 'ls' }) as const;
const toolEnded = (call: string) => ({ type: 'tool-ended', call, tool: 'Bash', what: 'ls', ok: true }) as const;
const used = (counts: 'total' | 'step', input: number, costUsd?: number): AgentEvent => ({
  type: 'usage',
  counts,
  input,
  output: 1,
  ...(costUsd === undefined ? {} : { costUsd }),
});

const approval = { tool: 'Bash', what: 'rm -r build', grant: 'yes', refuse: 'no' };
const asks = { type: 'asked', question: 'may it?', choices: ['yes', 'no'], approval } as const;

describe('a permission that was asked for', () => {
  test.each<[string, AgentEvent, boolean]>([
    ['stands while another tool ends', { ...toolEnded('1'), tool: 'Read' }, true],
    ['stands while a helper begins a tool', { ...tool('2'), tool: 'Grep' }, true],
    ['is answered where its own tool ends', toolEnded('1'), false],
    ['is answered where the turn goes on', begun, false],
    ['is over with the turn', ended, false],
  ])('%s', (_, event, stands) => {
    expect(sumOf(begun, asks, event).waitsFor !== undefined).toBe(stands);
  });
});

describe('of several questions at once', () => {
  const asksFor = (call: string) =>
    ({ ...asks, question: `may it ${call}?`, of: { call, tool: 'Bash', what: 'ls' } }) as const;
  const both = [begun, tool('1'), tool('2'), asksFor('1'), asksFor('2')];

  test.each<[string, readonly AgentEvent[], string | undefined]>([
    ['the oldest stands', [], 'may it 1?'],
    ['it stands while the call of another one goes on', [toolEnded('2')], 'may it 1?'],
    ['it stands while its own tool is used again beside it', [tool('3'), toolEnded('3')], 'may it 1?'],
    ['the next stands once the first is replied to', [{ type: 'replied', call: '1' }], 'may it 2?'],
    ['the next stands once the call of the first has ended', [toolEnded('1')], 'may it 2?'],
    ['none stands once both are answered', [{ type: 'replied', call: '2' }, toolEnded('1')], undefined],
    ['none stands after the turn', [ended], undefined],
  ])('%s', (_, events, question) => {
    const { waitsFor } = sumOf(...both, ...events);
    expect(waitsFor?.type === 'answer' ? waitsFor.question : undefined).toBe(question);
  });

  test('one that repeats no id is about the call that looks like it', () => {
    const of = { tool: 'Bash', what: 'ls' };
    expect(sumOf(begun, tool('1'), { ...asks, of }).waitsFor).toMatchObject({ call: '1', nth: 1 });
  });

  test('each of two that look alike is about a call of its own', () => {
    const of = { tool: 'Bash', what: 'ls' };
    const two = [begun, tool('1'), tool('2'), { ...asks, of }, { ...asks, of }] as const;
    expect(sumOf(...two, toolEnded('1')).waitsFor).toMatchObject({ call: '2' });
    expect(sumOf(...two, toolEnded('1'), toolEnded('2')).waitsFor).toBeUndefined();
  });
});

describe('a question that is known to be answered, though no event says so', () => {
  const two = sumOf(begun, asks, { ...asks, of: { call: '2', tool: 'Bash', what: 'ls' } });
  const queue = sumOf(
    begun,
    { ...asks, of: { call: '1', tool: 'Bash', what: 'ls' } },
    { ...asks, question: 'and this?', of: { call: '2', tool: 'Bash', what: 'ls' } },
  );

  test.each<[string, Progress, { attempt: number; nth: number } | undefined, number | undefined]>([
    ['stands no more', sumOf(begun, asks), { attempt: 3, nth: 1 }, undefined],
    ['makes room for the next', queue, { attempt: 3, nth: 1 }, 2],
    ['takes none with it that came later', two, { attempt: 3, nth: 1 }, 2],
    ['was one of an earlier life', sumOf(begun, asks), { attempt: 2, nth: 1 }, 1],
    ['is none where nobody knows of one', sumOf(begun, asks), undefined, 1],
  ])('%s', (_, progress, answeredUpTo, nth) => {
    const { waitsFor } = stillAsking(progress, { attempt: 3, ...(answeredUpTo ? { answeredUpTo } : {}) });
    expect(waitsFor?.type === 'answer' ? waitsFor.nth : undefined).toBe(nth);
  });
});

describe('the events of an attempt add up', () => {
  test.each<[string, readonly AgentEvent[], Partial<Progress>]>([
    ['to nothing at first', [], { events: 0, turn: 'none' }],
    ['to a conversation', [{ type: 'conversation', id: 'c1' }], { conversation: 'c1', turn: 'none', events: 1 }],
    ['to an open turn', [begun], { turn: 'open' }],
    ['to a command that has just failed', [tool('1'), { ...toolEnded('1'), ok: false, exitCode: 2 }], { stumbled: 2 }],
    ['to an ended turn with its last message', [begun, ended], { turn: 'ended', lastMessage: 'Done.' }],
    [
      'to the last message where the end repeats none',
      [begun, { type: 'message', text: 'Hi.' }, { type: 'turn-ended' }],
      { turn: 'ended', lastMessage: 'Hi.' },
    ],
    ['to a failed turn with its failure', [begun, overloaded], { turn: 'failed', failure: overloaded.failure }],
    [
      'to an open turn again when the agent tries again',
      [begun, overloaded, { type: 'retrying', message: '1/5' }],
      { turn: 'open' },
    ],
    [
      'to a failed turn still when only a message follows',
      [begun, overloaded, { type: 'message', text: 'Oops.' }],
      { turn: 'failed' },
    ],
    ['to an open turn when work follows an end', [begun, ended, tool('1')], { turn: 'open' }],
    [
      'to an ended turn when only a warning follows',
      [begun, ended, { type: 'warned', message: 'slow' }],
      { turn: 'ended' },
    ],
    [
      'to the reset that was told before the failure',
      [{ type: 'limit', resetAt: 42 }, limited],
      { failure: { ...limited.failure, resetAt: 42 } },
    ],
    [
      'to the reset in the failure itself, where it tells one',
      [
        { type: 'limit', resetAt: 42 },
        { ...limited, failure: { ...limited.failure, resetAt: 43 } },
      ],
      { failure: { ...limited.failure, resetAt: 43 } },
    ],
    ['to no reset for another failure', [{ type: 'limit', resetAt: 42 }, overloaded], { failure: overloaded.failure }],
    ['to the tools that are open', [tool('1'), tool('2'), toolEnded('1')], { tools: 2, openTools: [tool('2')] }],
    ['to a tool that is told at its end only', [toolEnded('1')], { tools: 1, openTools: [] }],
    ['to no open tool after the end', [tool('1'), ended], { tools: 1, openTools: [] }],
    ['to the tools that were denied', [{ type: 'tool-denied', tool: 'Bash', what: 'rm' }], { denied: 1 }],
    [
      'to the sum of what each step used',
      [used('step', 10, 1), used('step', 5, 0.5)],
      { tokens: { input: 15, output: 2 }, costUsd: 1.5 },
    ],
    [
      'to the last total that was told',
      [used('total', 10, 1), used('total', 12, 1.5)],
      { tokens: { input: 12, output: 1 }, costUsd: 1.5 },
    ],
    ['to the cost that was told last', [used('total', 10, 1), used('total', 12)], { costUsd: 1 }],
  ])('%s', (_, events, expected) => {
    expect(sumOf(...events)).toMatchObject({ ...expected, events: events.length });
  });

  test('to no failure once the agent got over it', () => {
    expect(sumOf(begun, overloaded, { type: 'retrying', message: '1/5' }, ended)).not.toHaveProperty('failure');
  });
});

test('a command that failed is forgotten with the next thing that the agent does', () => {
  expect(sumOf({ ...toolEnded('1'), ok: false, exitCode: 2 }, tool('2'))).not.toHaveProperty('stumbled');
});
