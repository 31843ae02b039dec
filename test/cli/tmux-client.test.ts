import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planAttach, socketOf } from '../../src/cli/tmux-client.ts';
import { privateDir } from '../protocol/fake-daemon.ts';

describe('the socket of a tmux command', () => {
  test.each<[string[], Record<string, string>, string]>([
    [['tmux'], {}, '/tmp/tmux-7/default'],
    [['tmux', '-u', '-L', 'holdfast'], {}, '/tmp/tmux-7/holdfast'],
    [['tmux', '-L', 'holdfast'], { TMUX_TMPDIR: '/run/t' }, '/run/t/tmux-7/holdfast'],
    [['tmux', '-S', '/run/hf.sock'], { TMUX_TMPDIR: '/run/t' }, '/run/hf.sock'],
  ])('%j with %j is %s', (command, env, socket) => {
    expect(socketOf(command, env, 7)).toBe(socket);
  });
});

describe('a terminal', () => {
  const wanted = { command: ['tmux', '-S', '/nowhere/hf'], session: 'codex-a', readOnly: false };

  test('outside tmux attaches to exactly this session', () => {
    expect(planAttach(wanted, { TERM: 'xterm' })).toEqual({
      argv: ['tmux', '-S', '/nowhere/hf', 'attach-session', '-t', '=codex-a'],
      env: { TERM: 'xterm' },
      nested: false,
    });
  });

  test('may only watch', () => {
    expect(planAttach({ ...wanted, readOnly: true }, {}).argv.at(-1)).toBe('-r');
  });

  test('inside the same tmux switches', () => {
    const env = { TMUX: '/nowhere/hf,123,0', TMUX_PANE: '%1' };
    expect(planAttach(wanted, env)).toEqual({
      argv: ['tmux', '-S', '/nowhere/hf', 'switch-client', '-t', '=codex-a'],
      env,
      nested: false,
    });
  });

  test('inside the same tmux, where it only watches already, is not told so again: that would let it type', () => {
    expect(planAttach({ ...wanted, readOnly: true }, { TMUX: '/nowhere/hf,123,0' }).argv.slice(3)).toEqual([
      ...['if-shell', '-F', '#{client_readonly}'],
      ...["switch-client -t '=codex-a'", "switch-client -t '=codex-a' -r"],
    ]);
  });

  test.each([
    ['hf', 'link/hf'],
    ['link/hf', 'hf'],
  ])('knows the tmux of %s by its other name %s', (one, other) => {
    const dir = privateDir();
    writeFileSync(join(dir, 'hf'), '');
    symlinkSync(dir, join(dir, 'link'));
    const plan = planAttach({ ...wanted, command: ['tmux', '-S', join(dir, one)] }, { TMUX: `${dir}/${other},1,0` });
    expect(plan.argv).toContain('switch-client');
  });

  test('inside another tmux attaches as if it were in none, and says so', () => {
    expect(planAttach(wanted, { TERM: 'screen', TMUX: '/tmp/tmux-0/default,123,0', TMUX_PANE: '%1' })).toMatchObject({
      argv: expect.arrayContaining(['attach-session']),
      env: { TERM: 'screen' },
      nested: true,
    });
  });
});
