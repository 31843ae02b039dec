import { expect, test } from 'vitest';
import { requireTmux } from '../../../src/cli/demo/tmux.ts';

const machine = (root: boolean, ...programs: string[]) => ({ has: (name: string) => programs.includes(name), root });

test('a machine with tmux needs nothing', () => {
  expect(() => requireTmux(machine(false, 'tmux'))).not.toThrow();
});

test.each([
  ['Debian', machine(false, 'apt-get'), /: sudo apt-get install -y tmux$/],
  ['Debian as root', machine(true, 'apt-get'), /with: apt-get install -y tmux$/],
  ['Fedora', machine(false, 'dnf', 'yum'), /: sudo dnf install -y tmux$/],
  ['macOS', machine(false, 'brew'), /: brew install tmux$/],
  ['Linux with brew, which needs no root', machine(false, 'apt-get', 'brew'), /: brew install tmux$/],
  ['a system that we do not know', machine(false), /https:\/\/\S+$/],
])('without tmux, %s is told the exact command', (_system, where, command) => {
  expect(() => requireTmux(where)).toThrow(
    expect.objectContaining({ exitCode: 72, message: expect.stringMatching(command) }),
  );
});
