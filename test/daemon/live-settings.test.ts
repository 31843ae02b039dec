import { describe, expect, test } from 'vitest';
import { liveSettings } from '../../src/daemon/live-settings.ts';
import { type Settings, settingsSchema } from '../../src/daemon/settings.ts';

describe('settings that are read anew', () => {
  test('say what has changed, and what only the next daemon takes over', () => {
    let given: unknown = {};
    const live = liveSettings(() => settingsSchema.parse(given));
    given = { maxConcurrent: 2, resume: { jitter: 0 }, tmux: { socket: 'other' } };
    expect(live.reload()).toEqual({ changed: ['maxConcurrent', 'resume.jitter'], later: ['tmux.socket'] });
    expect(live.reload()).toEqual({ changed: [], later: [] });
  });

  test('are those of now for who has kept them from before', () => {
    let given: unknown = { directories: { allowed: ['/a'] } };
    const { now, reload } = liveSettings(() => settingsSchema.parse(given));
    given = {};
    reload();
    expect(now.directories.allowed).toEqual([]);
  });

  test('stay the last good ones when they are bad, until they are good again', () => {
    let read = (): Settings => settingsSchema.parse({ maxConcurrent: 2 });
    const live = liveSettings(() => read());
    read = () => {
      throw new Error('line 3');
    };
    expect(live.reload).toThrow('line 3');
    expect({ now: live.now.maxConcurrent, problem: live.problem() }).toEqual({ now: 2, problem: 'line 3' });
    read = () => settingsSchema.parse({});
    live.reload();
    expect({ now: live.now.maxConcurrent, problem: live.problem() }).toEqual({ now: 32, problem: undefined });
  });
});
