import { describe, expect, test } from 'vitest';
import type { Health } from '../../src/domain/health.ts';
import type { Progress } from '../../src/domain/progress.ts';
import type { ScreenMeaning } from '../../src/domain/screen.ts';
import { diagnose } from '../../src/domain/signal.ts';
import type { Phase } from '../../src/domain/task.ts';
import { signals } from '../../src/signals/index.ts';
import { shown } from '../../src/signals/shown.ts';
import { known, seen, task, told } from './seen.ts';

const { at } = seen();
const rows = '─────────────\n  Trust this folder?\n  ❯ 1. Yes\n    2. No';

const health = (means: ScreenMeaning, looks: number, tools = 0): Health => ({
  looks,
  lookedAt: at,
  tree: { processes: 2, tools, cpuMs: 0 },
  idleSince: at,
  screen: { means, rows, looks },
});
const silent = (progress: Partial<Progress>, found: Health) =>
  told(progress, { lastSignAt: at - 360_000, health: found });
const asked = { type: 'asked', attempt: 2, question: 'on its screen: Trust this folder? ❯ 1. Yes 2. No', choices: [] };
const answer = { type: 'answer', nth: 1, question: 'May I?', choices: [] } as const;

describe('a screen', () => {
  test.each([
    ['that asked at two looks in a row', silent({}, health('asks', 2)), { state: 'running' }, asked],
    ['that still asks of a stalled task', silent({}, health('asks', 3)), { state: 'stalled' }, asked],
    ['that asked at one look', silent({}, health('asks', 1)), { state: 'running' }, undefined],
    ['that was never looked at', seen(), { state: 'running' }, undefined],
    [
      'of a task that is known to wait',
      silent({}, health('asks', 2)),
      { state: 'waiting-input', ...answer },
      undefined,
    ],
    ['that works', silent({}, health('working', 9)), { state: 'running' }, undefined],
    ['that idles: why, nobody can see', silent({ turn: 'open' }, health('idle', 9)), { state: 'running' }, undefined],
    ['that shows a limit, perhaps an old one', silent({}, health('limited', 9)), { state: 'running' }, undefined],
    ['while a tool lives', silent({ turn: 'open' }, health('asks', 2, 1)), { state: 'running' }, undefined],
    ['after the final event', silent({ turn: 'ended' }, health('asks', 2)), { state: 'running' }, undefined],
    ['after a failure', silent({ turn: 'failed' }, health('asks', 2)), { state: 'running' }, undefined],
    [
      'while the agent says that its provider lets it wait',
      silent({ turn: 'open', waitsFor: { type: 'provider', message: '429' } }, health('asks', 2)),
      { state: 'running' },
      undefined,
    ],
  ] as const)('%s', (_, observation, phase, expected) => {
    expect(shown.read(observation, task(phase as Phase), known())).toEqual(expected);
  });

  test.each([
    ['an exit record', { exit: { status: 1, at } }, 'exited'],
    ['the end of its runner', { runner: 'gone' }, 'vanished'],
    ["the agent's own question", { progress: told({ waitsFor: answer }).progress }, 'asked'],
    ['the final event', { progress: told({ turn: 'ended' }).progress }, 'lingered'],
  ] as const)('says nothing against %s', (_, more, type) => {
    const happening = diagnose(signals, { ...silent({}, health('asks', 2)), ...more }, task(), known());
    expect(happening?.type).toBe(type);
    expect(happening).not.toMatchObject({ question: asked.question });
  });
});
