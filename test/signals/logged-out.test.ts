import { describe, expect, test } from 'vitest';
import type { Health } from '../../src/domain/health.ts';
import type { Observation } from '../../src/domain/observation.ts';
import type { Progress } from '../../src/domain/progress.ts';
import type { ScreenMeaning } from '../../src/domain/screen.ts';
import { diagnose } from '../../src/domain/signal.ts';
import type { Phase } from '../../src/domain/task.ts';
import { signals } from '../../src/signals/index.ts';
import { loggedOut } from '../../src/signals/logged-out.ts';
import { known, seen, task, told } from './seen.ts';

const { at } = seen();

const shows = (means: ScreenMeaning, looks: number, tools = 0): Health => ({
  looks,
  lookedAt: at,
  tree: { processes: 2, tools, cpuMs: 0 },
  idleSince: at,
  screen: { means, rows: '> 1. Sign in with ChatGPT', looks },
});
const quiet = (health: Health, progress: Partial<Progress> = {}, but: Partial<Observation> = {}) =>
  told(progress, { lastSignAt: at - 40_000, health, ...but });
const happening = {
  type: 'loggedOut',
  attempt: 2,
  why: 'its screen asks for a login (log in again: codex login)',
};
const question = { type: 'answer', nth: 1, question: 'May I?', choices: [] } as const;

describe('a screen that asks for a login', () => {
  test.each([
    ['at two looks in a row', quiet(shows('logged-out', 2)), { state: 'running' }, happening],
    ['of a task that is stalled', quiet(shows('logged-out', 3)), { state: 'stalled' }, happening],
    ['at one look', quiet(shows('logged-out', 1)), { state: 'running' }, undefined],
    ['that was never looked at', seen(), { state: 'running' }, undefined],
    ['at an earlier look', quiet({ ...shows('logged-out', 2), lookedAt: at - 1 }), { state: 'running' }, undefined],
    ['no more', quiet(shows('idle', 2)), { state: 'running' }, undefined],
    ['before somebody', quiet(shows('logged-out', 2), {}, { attended: true }), { state: 'running' }, undefined],
    ['in a turn', quiet(shows('logged-out', 2), { turn: 'open' }), { state: 'running' }, undefined],
    ['after a turn', quiet(shows('logged-out', 2), { turn: 'ended' }), { state: 'running' }, undefined],
    ['after one that failed', quiet(shows('logged-out', 2), { turn: 'failed' }), { state: 'running' }, undefined],
    ['beside a question', quiet(shows('logged-out', 2), { waitsFor: question }), { state: 'running' }, undefined],
    ['while a tool lives', quiet(shows('logged-out', 2, 1)), { state: 'running' }, undefined],
    ['of a task that starts', quiet(shows('logged-out', 2)), { state: 'starting', claimBy: 0 }, undefined],
  ] as const)('%s', (_, observation, phase, expected) => {
    expect(loggedOut.read(observation, task(phase as Phase), known())).toEqual(expected);
  });

  test('says nothing against an exit record', () => {
    const gone = quiet(shows('logged-out', 2), {}, { exit: { status: 1, at } });
    expect(diagnose(signals, gone, task(), known())?.type).toBe('exited');
  });
});
