import { describe, expect, test } from 'vitest';
import type { Happening } from '../../src/domain/happening.ts';
import { diagnose } from '../../src/domain/signal.ts';
import type { Phase } from '../../src/domain/task.ts';
import { signals } from '../../src/signals/index.ts';
import { known, seen, task, told } from './seen.ts';

const starting: Phase = { state: 'starting', claimBy: 0 };
const stopping: Phase = { state: 'stopping', killAt: 0, toward: 'failed', why: 'it strayed' };
const exit = { status: 0, at: 1_800_000_000_000 };

describe('the signals in order of trust', () => {
  test.each([
    ['an id before the end that came with it', told({ conversation: 'c1' }, { exit }), task(), 'named'],
    [
      'a wrong conversation before its success',
      told({ conversation: 'c2', turn: 'ended' }, { exit }),
      task(undefined, { conversation: 'c1' }),
      'strayed',
    ],
    [
      'an exit record before the death of its runner',
      seen({ exit, runner: 'gone', pane: 'missing' }),
      task(),
      'exited',
    ],
    ['an exit record before a reboot', seen({ exit, rebooted: true, runner: 'gone' }), task(), 'exited'],
    ['the claim that nobody had seen before the exit record', seen({ exit }), task(starting), 'claimed'],
    ['a claim before the reboot that ended it', seen({ rebooted: true, runner: 'gone' }), task(starting), 'claimed'],
    ['a reboot before there was a claim', seen({ rebooted: true, claim: 'none' }), task(starting), 'vanished'],
    ['a claim', seen(), task(starting), 'claimed'],
    ['an id, though it is being stopped', told({ conversation: 'c1' }, { exit }), task(stopping), 'named'],
    [
      'the end of one that strayed and is being stopped for that',
      told({ conversation: 'c2' }, { exit }),
      task(stopping, { conversation: 'c1' }),
      'exited',
    ],
    ['nothing of an agent that works', seen(), task(), undefined],
  ])('say %s', (_, observation, before, type) => {
    expect(diagnose(signals, observation, before, known())?.type).toBe(type);
  });

  test.each([
    ['', task(), 'strayed'],
    [', and its end once it is being stopped for that', task(stopping), 'exited'],
  ])('say that it opened what belongs to another task%s', (_, before, type) => {
    const checked = (says: Happening): Happening =>
      says.type === 'named' ? { type: 'strayed', attempt: 2, owner: 'other', got: says.conversation } : says;
    const observation = told({ conversation: 'c1' }, { exit });
    expect(diagnose(signals, observation, before, { ...known(), checked })?.type).toBe(type);
  });

  test('have each a name of their own, and a reason that explain can show', () => {
    expect(new Set(signals.map(({ name }) => name)).size).toBe(signals.length);
    for (const { because } of signals) expect(because).toMatch(/^[a-z].{20,}[^.]$/);
  });
});
