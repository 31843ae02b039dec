import { describe, expect, test } from 'vitest';
import { liveSettings } from '../../src/daemon/live-settings.ts';
import { settingsSchema } from '../../src/daemon/settings.ts';
import type { Layers } from '../../src/daemon/settings-file.ts';

const layers = (given: unknown): Layers => ({ settings: settingsSchema.parse(given), originOf: () => 'file' });

describe('settings that are read anew', () => {
  test('say what has changed, and what only the next daemon takes over', () => {
    let given: unknown = {};
    const live = liveSettings(() => layers(given));
    given = { maxConcurrent: 2, resume: { jitter: 0 }, tmux: { socket: 'other' }, notify: { heartbeatSeconds: 9 } };
    expect(live.reload()).toEqual({
      changed: ['maxConcurrent', 'resume.jitter', 'notify.heartbeatSeconds'],
      later: ['tmux.socket'],
    });
  });

  test('go on to say what waits for the next daemon, as long as it is other than at the start', () => {
    let given: unknown = { tmux: { socket: 'first' } };
    const live = liveSettings(() => layers(given));
    given = { tmux: { socket: 'other' }, environment: { pass: ['GH_TOKEN'] } };
    live.reload();
    expect(live.reload()).toEqual({ changed: [], later: ['tmux.socket', 'environment.pass'] });
    expect(live.later()).toEqual(['tmux.socket', 'environment.pass']);
    expect(live.now.tmux.socket).toBe('first'); // it is the one in use
    given = { tmux: { socket: 'first' } };
    expect(live.reload()).toEqual({ changed: [], later: [] });
  });

  test('tell who follows them what has changed', () => {
    let given: unknown = {};
    const live = liveSettings(() => layers(given));
    const told: (readonly string[])[] = [];
    live.follow((keys) => told.push(keys));
    given = { notify: { to: { log: { type: 'command', argv: ['/bin/log'] } } } };
    live.reload();
    expect([told, Object.keys(live.now.notify.to)]).toEqual([[['notify.to']], ['log']]);
  });

  test('are those of now for who has kept them from before', () => {
    let given: unknown = { directories: { allowed: ['/a'] } };
    const { now, reload } = liveSettings(() => layers(given));
    given = {};
    reload();
    expect(now.directories.allowed).toEqual([]);
  });

  test('stay the last good ones when they are bad, until they are good again', () => {
    let read = (): Layers => layers({ maxConcurrent: 2 });
    const live = liveSettings(() => read());
    read = () => {
      throw new Error('line 3');
    };
    expect(live.reload).toThrow('line 3');
    expect({ now: live.now.maxConcurrent, problem: live.problem() }).toEqual({ now: 2, problem: 'line 3' });
    read = () => layers({});
    live.reload();
    expect({ now: live.now.maxConcurrent, problem: live.problem() }).toEqual({ now: 32, problem: undefined });
  });
});
