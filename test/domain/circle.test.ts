import { describe, expect, test } from 'vitest';
import { type Circle, circleText, extended, isTelling, type Trace } from '../../src/domain/circle.ts';
import type { Failure, FailureKind } from '../../src/domain/event.ts';
import { step } from '../../src/domain/machine.ts';
import type { Task } from '../../src/domain/task.ts';
import { MINUTE, NOW, policy, taskIn } from './samples.ts';

const test1 = 'command: npm test';
const left = (tree?: string, tool?: string, edited = false): Trace => ({
  ...(tree === undefined ? {} : { tree }),
  ...(tool === undefined ? {} : { tool }),
  edited,
});
const circleOf = (...traces: readonly Trace[]): Circle =>
  traces.reduce<Circle>((circle, trace) => extended(circle, trace), { unchanged: 0, sameTool: 0 });

describe('attempts', () => {
  test.each<[string, readonly Trace[], RegExp | undefined]>([
    ['that change the tree each time', [left('a'), left('b'), left('c'), left('d')], undefined],
    ['of which one changed nothing', [left('a'), left('a')], undefined],
    ['of which two in a row changed nothing', [left('a'), left('a'), left('a')], /2 attempts in a row changed nothing/],
    ['of which every second changes something', [left('a'), left('a'), left('b'), left('b')], undefined],
    ['outside of any repository', [left(), left(), left(), left()], undefined],
    ['of which one could not be looked at', [left('a'), left(), left('a'), left('a')], undefined],
    [
      'that run the tests again and again with edits between',
      ['a', 'b', 'c', 'd'].map((tree) => left(tree, test1)),
      undefined,
    ],
    [
      'that do so outside of a repository, by edits of their own',
      [1, 2, 3, 4].map(() => left(undefined, test1, true)),
      undefined,
    ],
    [
      'that end in the same call and change nothing that is known',
      [left(undefined, test1), left(undefined, test1), left(undefined, test1)],
      /3 attempts in a row ended in the same tool call \(command: npm test\)/,
    ],
    [
      'that end in different calls',
      [left(undefined, test1), left(undefined, 'command: ls'), left(undefined, test1)],
      undefined,
    ],
    ['that call nothing', [left(), left(), left()], undefined],
  ])('%s', (_, traces, says) => {
    const text = circleText(circleOf(...traces), policy);
    if (says) expect(text).toMatch(says);
    else expect(text).toBeUndefined();
  });

  test.each([
    ['the first too, where the tree was known before it', 'a', /2 attempts in a row changed nothing/],
    ['the first not, where it changed the tree', 'z', undefined],
    ['the first not, where nobody had looked', undefined, undefined],
  ])('count %s', (_, tree, says) => {
    const launching = taskIn({ state: 'starting', claimBy: NOW }, { attempt: 1 });
    const planned = { type: 'planned', attempt: 1, kind: 'fresh', why: '', ...(tree ? { tree } : {}) } as const;
    const [{ circle }] = step(launching, planned, NOW, policy);
    const after = [left('a'), left('a')].reduce<Circle | undefined>(extended, circle);
    const text = after && circleText(after, policy);
    expect(text ?? '').toMatch(says ?? /^$/);
  });

  test('are measured by what the first found, whatever a later one finds', () => {
    const planned = { type: 'planned', attempt: 2, kind: 'resume', why: '', tree: 'b' } as const;
    const task = taskIn(
      { state: 'resuming', claimBy: NOW },
      { attempt: 2, circle: { tree: 'a', unchanged: 0, sameTool: 0 } },
    );
    const [{ circle }] = step(task, planned, NOW, policy);
    expect(circle).toMatchObject({ tree: 'a' });
  });

  test('are held against no threshold of 0', () => {
    const circle = circleOf(...[1, 2, 3, 4, 5].map(() => left('a', test1)));
    expect(circleText(circle, { ...policy, sameTools: 0, unchangedAttempts: 0 })).toBeUndefined();
  });
});

describe('a task', () => {
  const circle: Circle = { tree: 'a', unchanged: 1, sameTool: 1, tool: 'command: ls' };
  const running = taskIn({ state: 'running' }, { bornAt: NOW - 5 * MINUTE, circle });
  const exit = { type: 'exited', attempt: 2, status: 1, livedMs: 5 * MINUTE, turn: 'open', denied: 0 } as const;
  const trace = left('a', test1);
  const failure = (kind: FailureKind): Failure => ({ kind, message: kind });
  const dies = (more: object, task: Task = running) => step(task, { ...exit, trace, ...more }, NOW, policy)[0];

  test('that goes in circles is given up, with a question', () => {
    expect(dies({})).toMatchObject({
      phase: {
        state: 'gave-up',
        why: '2 attempts in a row changed nothing in the work tree; last: exit 1',
        question: expect.stringContaining('Go on'),
      },
      lastTool: test1,
    });
  });

  test.each<[string, object]>([
    ['in an outage', { failure: failure('network') }],
    ['while the provider is overloaded', { failure: failure('overloaded') }],
    ['by the key of an operator', { failure: failure('interrupted') }],
    ['young, which another guard counts', { livedMs: 1000 }],
    ['with something changed', { trace: left('b', test1) }],
    ['where nobody could look', { trace: undefined }],
  ])('that died %s is resumed', (_, more) => {
    expect(dies(more).phase.state).toBe('backing-off');
  });

  test.each<[FailureKind, string]>([
    ['rate-limit', 'backing-off'],
    ['overloaded', 'backing-off'],
    ['network', 'backing-off'],
    ['usage-limit', 'backing-off'], // without a time
    ['conversation-busy', 'backing-off'],
    ['interrupted', 'backing-off'],
    ['context-window', 'gave-up'],
    ['conversation-not-found', 'gave-up'],
    ['unknown', 'gave-up'],
  ])('that died of the same words for the third time, of the kind %s, is %s', (kind, state) => {
    const twice = { ...running, lastDeath: kind, sameDeaths: policy.sameDeaths - 1 };
    expect(dies({ failure: failure(kind), trace: undefined }, twice).phase.state).toBe(state);
  });

  test('whose circle stands from before is not given up for a death that says nothing', () => {
    const stands = { ...running, circle: { ...circle, unchanged: 2 } };
    expect(dies({ failure: failure('network') }, stands).phase.state).toBe('backing-off');
  });

  test('that a person lets go on begins to count anew', () => {
    const [next] = step(
      taskIn({ state: 'gave-up', why: 'w', question: 'q' }, { circle, sameDeaths: 3 }),
      { type: 'retryRequested', by: 'me' },
      NOW,
      policy,
    );
    expect(next).not.toHaveProperty('circle');
    expect(next).not.toHaveProperty('sameDeaths');
  });

  const dead = { type: 'provedDead', attempt: 2, rebooted: false, livedMs: 0 } as const;
  test.each([
    ['a crash', running, exit, true],
    ['a success', running, { ...exit, status: 0, turn: 'ended' } as const, false],
    ['a login that has expired, of a whole fleet', running, { ...exit, failure: failure('auth') }, false],
    ['an outage, whose last call the next attempt is told', running, { ...exit, failure: failure('network') }, true],
    ['a crash of another attempt', running, { ...exit, attempt: 1 }, false],
    [
      'the end of what is being stopped',
      taskIn({ state: 'stopping', killAt: NOW, toward: 'cancelled', why: 'w' }),
      exit,
      false,
    ],
    ['a runner that was killed', taskIn({ state: 'lost', cause: 'runner', why: 'w' }), dead, true],
    ['a hang', taskIn({ state: 'lost', cause: 'hung', why: 'w' }), dead, true],
    ['a reboot', taskIn({ state: 'lost', cause: 'runner', why: 'w' }), { ...dead, rebooted: true }, false],
    ['the death of the tmux server', taskIn({ state: 'lost', cause: 'tmux-server', why: 'w' }), dead, false],
  ])('is looked after, or not, at %s', (_, task, happening, telling) => {
    expect(isTelling(task, happening)).toBe(telling);
  });
});
