import { describe, expect, test } from 'vitest';
import type { Health, ProcessTree } from '../../src/domain/health.ts';
import type { Observation } from '../../src/domain/observation.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import type { Progress } from '../../src/domain/progress.ts';
import type { ScreenMeaning } from '../../src/domain/screen.ts';
import type { Phase } from '../../src/domain/task.ts';
import { hung } from '../../src/signals/hung.ts';
import { silent } from '../../src/signals/silent.ts';
import { stirred } from '../../src/signals/stirred.ts';
import { known, seen, task, told } from './seen.ts';

const MINUTE = 60_000;
const NOW = seen().at;
const tree: ProcessTree = { processes: 2, tools: 0, cpuMs: 900 };
const build = { call: '1', tool: 'command', what: 'make world' };

/** A look at an agent that wrote its last line so many minutes ago and was idle for as long as the test says. */
const quiet = (
  minutes: number,
  idleMinutes = minutes,
  progress: Partial<Progress> = {},
  but: Partial<ProcessTree> = {},
) => {
  const health: Health = { looks: 3, lookedAt: NOW, tree: { ...tree, ...but }, idleSince: NOW - idleMinutes * MINUTE };
  const times = { bornAt: NOW - 300 * MINUTE, lastSignAt: NOW - minutes * MINUTE };
  return told({ turn: 'open', ...progress }, { ...times, health });
};

describe('silent', () => {
  test.each([
    ['an agent that wrote a moment ago', quiet(0), undefined],
    ['nine minutes of silence', quiet(9), undefined],
    ['ten minutes of silence', quiet(10), 'fellSilent'],
    ['a silent build of half an hour, told by the agent', quiet(30, 0, { openTools: [build] }), undefined],
    ['a silent build that the agent tells of only at its end', quiet(30, 0, {}, { tools: 1 }), undefined],
    ['silence without a look at the processes', { ...quiet(30), health: undefined }, undefined],
  ])('%s', (_, { health, ...observation }, expected) => {
    const look = health ? { ...observation, health } : observation;
    expect(silent.read(look, task(), known())?.type).toBe(expected);
  });
});

test('silence is told with its length', () => {
  expect(silent.read(quiet(12), task(), known())).toMatchObject({ silentMs: 12 * MINUTE });
});

const question = { type: 'answer', nth: 1, question: 'May I?', choices: [] } as const;

describe('hung', () => {
  const stalled: Phase = { state: 'stalled' };
  const { hangAfterMs } = defaultPolicy;
  const long = hangAfterMs / MINUTE;

  test.each([
    ['silence that every agent ends by itself', quiet(31), stalled, undefined],
    ['silence and idleness beyond any that was measured', quiet(long), stalled, 'hung'],
    ['the same without the state that announced it', quiet(long), { state: 'running' } as Phase, undefined],
    ['a tree that used its processor a while ago', quiet(long, 5), stalled, undefined],
    ['a tool that lives', quiet(long, long, {}, { tools: 1 }), stalled, undefined],
    ['an agent that somebody sits at', { ...quiet(long), attended: true }, stalled, undefined],
    ['an open tool call', quiet(long, long, { openTools: [build] }), stalled, undefined],
    ['an agent that waits for an answer', quiet(long, long, { waitsFor: question }), stalled, undefined],
  ])('%s', (_, observation, phase, expected) => {
    expect(hung.read(observation, task(phase), known())?.type).toBe(expected);
  });

  test.each([
    ['429', undefined],
    ['Reconnecting... 1/5 (exceeded retry limit, last status: 429 Too Many Requests)', undefined],
    ['Reconnecting... waiting for network', undefined],
    ['rate_limit_error: try 1 of 10', undefined],
    ['Reconnecting... 1/5 (stream disconnected before completion: idle timeout waiting for SSE)', 'hung'],
    ['Reconnecting... 2/5', 'hung'],
    ['529 overloaded_error: try 1 of 10', 'hung'],
  ])('an agent that asks its provider again, and says why: %s', (message, expected) => {
    const look = quiet(long, long, { waitsFor: { type: 'provider', message } });
    expect(hung.read(look, task(stalled), known())?.type).toBe(expected);
  });

  test.each([true, false])('tells whether it sits at a prompt: %s', (takesLine) => {
    expect(hung.read({ ...quiet(long), takesLine }, task(stalled), known())).toMatchObject({ takesLine });
  });

  test('tells what it rests on', () => {
    expect(hung.read(quiet(50, 20), task(stalled), known())).toMatchObject({
      proof: 'nothing written for 50m, no tool, idle for 20m',
    });
  });
});

describe('stirred', () => {
  const since = NOW - MINUTE;
  const waiting: Phase = { state: 'waiting-input', question: 'May I?', choices: [], nth: 1 };
  /** It has said nothing since its question, and its screen means this at so many looks in a row. */
  const shows = (means: ScreenMeaning, looks: number, progress: Partial<Progress> = {}): Observation => {
    const silent = quiet(5, 0, { ...progress, waitsFor: question });
    return silent.health ? { ...silent, health: { ...silent.health, screen: { means, rows: '', looks } } } : silent;
  };

  test.each([
    ['a stalled agent that writes', { state: 'stalled' } as Phase, quiet(0), 'stirred'],
    ['a stalled agent that says nothing', { state: 'stalled' } as Phase, quiet(20), undefined],
    [
      'a stalled agent whose last sign was only dated anew, since the clock was set back',
      { state: 'stalled' } as Phase,
      { ...quiet(0), clockSetAt: NOW },
      undefined,
    ],
    ['a stalled agent that runs a tool', { state: 'stalled' } as Phase, quiet(20, 0, {}, { tools: 1 }), 'stirred'],
    [
      'a question that was answered',
      { state: 'waiting-input', question: 'May I?', choices: [] } as Phase,
      quiet(0),
      'stirred',
    ],
    [
      'a question that stands',
      { state: 'waiting-input', question: 'May I?', choices: [] } as Phase,
      quiet(0, 0, { waitsFor: question }),
      undefined,
    ],
    ['a question that its screen shows no more', waiting, shows('working', 2), 'stirred'],
    ['a question that one look did not find', waiting, shows('working', 1), undefined],
    ['a question that its screen shows', waiting, shows('asks', 9), undefined],
    [
      'a question at whose place there is a prompt: it was refused, and a person has to go on',
      waiting,
      shows('idle', 9),
      undefined,
    ],
    [
      'a question of a helper, the turn having ended, at whose place there is a prompt',
      waiting,
      shows('idle', 2, { turn: 'ended' }),
      'stirred',
    ],
    ['the same that one look did not find', waiting, shows('idle', 1, { turn: 'ended' }), undefined],
    ['the same that its screen shows', waiting, shows('asks', 9, { turn: 'ended' }), undefined],
    [
      'a stalled agent whose screen works, as that of one that hangs does',
      { state: 'stalled' } as Phase,
      shows('working', 9),
      undefined,
    ],
    ['an agent at work', { state: 'running' } as Phase, quiet(0), undefined],
  ])('%s', (_, phase, observation, expected) => {
    expect(stirred.read(observation, task(phase, { since }), known())?.type).toBe(expected);
  });
});
