import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';

/** What decides about how tmux gets here. */
export interface Machine {
  readonly has: (program: string) => boolean;
  readonly root: boolean;
}

/** The first that is there installs it. brew is asked first: where it is, it needs no root. */
const INSTALLERS = [
  ['brew', 'brew install tmux', false],
  ['apt-get', 'apt-get install -y tmux', true],
  ['dnf', 'dnf install -y tmux', true],
  ['yum', 'yum install -y tmux', true],
  ['pacman', 'pacman -S --noconfirm tmux', true],
  ['zypper', 'zypper install -y tmux', true],
  ['apk', 'apk add tmux', true],
] as const;

/** Throws a `Refusal` with the command that installs tmux where it is not on the `PATH`. */
export function requireTmux({ has, root }: Machine): void {
  if (has('tmux')) return;
  const [, command, asRoot] = INSTALLERS.find(([program]) => has(program)) ?? [];
  const way = command === undefined ? 'install it: https://github.com/tmux/tmux/wiki/Installing' : 'install it with';
  const words = command === undefined ? '' : `: ${asRoot && !root ? 'sudo ' : ''}${command}`;
  throw new Refusal(EXIT.noTmux, `tmux is not on the PATH; ${way}${words}`);
}

/** The machine that we are on. */
export const machineHere = (env: Readonly<Record<string, string | undefined>>): Machine => ({
  has: (program) => (env.PATH ?? '').split(delimiter).some((directory) => isExecutable(join(directory, program))),
  root: process.getuid?.() === 0,
});

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not for us: the next directory may have it
  }
}
