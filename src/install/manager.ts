import { userInfo } from 'node:os';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { serviceFile } from '../protocol/service.ts';
import { LABEL, ask as run, silence, target, UNIT } from '../protocol/service-manager.ts';
import type { ServiceFacts } from './facts.ts';
import { launchdPlist } from './launchd.ts';
import { systemdUnit } from './systemd.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Command = readonly [string, ...string[]];

/** May what a user has started outlive the last logout? Not everywhere is there somebody to ask. */
export type Lingers = boolean | 'unknown';

/** How the service manager of this machine is spoken to. */
export interface Manager {
  readonly name: 'systemd' | 'launchd';
  readonly file: string;
  readonly textOf: (facts: ServiceFacts) => string;
  /** Does it answer us? The sentence says why not. */
  readonly absent: () => Promise<string | undefined>;
  /** After its file was written: takes it over, now and at every login. */
  readonly enable: readonly Command[];
  /** Before its file is removed: ends it, now and for good. A failure means that it was not there. */
  readonly disable: readonly Command[];
  /** Has it a daemon of ours at work? */
  readonly isActive: () => Promise<boolean>;
  /** After its file was removed. */
  readonly forget: readonly Command[];
  readonly restart: Command;
  readonly status: Command;
  /** Does the service go on after the last logout, and start at boot? Nothing where that is no question. */
  readonly lingers: () => Promise<Lingers | undefined>;
  readonly linger: Command | undefined;
}

/** The service manager of this platform. */
export async function managerHere(env: Environment): Promise<Manager> {
  switch (process.platform) {
    case 'linux':
      return systemd(env, await serviceFile(env));
    case 'darwin':
      return launchd(env, await serviceFile(env));
    default:
      throw new Refusal(
        EXIT.error,
        `there is no service manager for ${process.platform} that we know: use Linux or macOS`,
      );
  }
}

const systemctl = (...words: string[]): Command => ['systemctl', '--user', ...words];

function systemd(env: Environment, file: string): Manager {
  const user = userInfo().username;
  return {
    name: 'systemd',
    file,
    textOf: systemdUnit,
    absent: async () => {
      const why = await silence(env);
      return (
        why &&
        `${why}: log in as this user itself, not by su or sudo, or keep the daemon in a tmux or screen of your own with "holdfast daemon run"`
      );
    },
    enable: [
      systemctl('daemon-reload'),
      systemctl('reset-failed', UNIT),
      systemctl('enable', UNIT),
      systemctl('restart', UNIT),
    ],
    disable: [systemctl('disable', '--now', UNIT)],
    isActive: async () => (await run(systemctl('is-active', '--quiet', UNIT), env)).exitCode === 0,
    forget: [systemctl('daemon-reload'), systemctl('reset-failed', UNIT)],
    restart: systemctl('restart', UNIT),
    status: systemctl('status', '--no-pager', '--lines=5', UNIT),
    lingers: async () => {
      const { exitCode, stdout } = await run(['loginctl', 'show-user', user, '--property=Linger', '--value'], env);
      return exitCode === 0 ? stdout.trim() === 'yes' : 'unknown';
    },
    linger: ['loginctl', 'enable-linger', user],
  };
}

function launchd(env: Environment, file: string): Manager {
  const domain = target().slice(0, -LABEL.length - 1);
  return {
    name: 'launchd',
    file,
    textOf: launchdPlist,
    absent: async () => {
      const why = await silence(env);
      return why && `${why}: log in at the screen of this Mac once`;
    },
    enable: [
      ['launchctl', 'bootout', target()], // fails where it was not there
      ['launchctl', 'bootstrap', domain, file],
      ['launchctl', 'kickstart', target()],
    ],
    disable: [['launchctl', 'bootout', target()]],
    isActive: async () => (await run(['launchctl', 'print', target()], env)).exitCode === 0,
    forget: [],
    restart: ['launchctl', 'kickstart', '-k', target()],
    status: ['launchctl', 'print', target()],
    lingers: async () => undefined,
    linger: undefined,
  };
}
