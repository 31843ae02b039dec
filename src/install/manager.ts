import { userInfo } from 'node:os';
import { execa } from 'execa';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { LABEL, serviceFile, target, UNIT } from '../protocol/service.ts';
import type { ServiceFacts } from './facts.ts';
import { launchdPlist } from './launchd.ts';
import { systemdUnit } from './systemd.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Command = readonly [string, ...string[]];

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
  /** After its file was removed. */
  readonly forget: readonly Command[];
  readonly restart: Command;
  readonly status: Command;
  /** Does the service go on after the last logout, and start at boot? */
  readonly lingers: () => Promise<boolean | undefined>;
  readonly linger: Command | undefined;
}

/** The service manager of this platform. */
export function managerHere(env: Environment): Manager {
  switch (process.platform) {
    case 'linux':
      return systemd(env);
    case 'darwin':
      return launchd(env);
    default:
      throw new Refusal(
        EXIT.error,
        `there is no service manager for ${process.platform} that we know: use Linux or macOS`,
      );
  }
}

const systemctl = (...words: string[]): Command => ['systemctl', '--user', ...words];

function systemd(env: Environment): Manager {
  const user = userInfo().username;
  return {
    name: 'systemd',
    file: serviceFile(env, 'linux'),
    textOf: systemdUnit,
    absent: async () => {
      const { exitCode, stderr } = await run(systemctl('show', '--property=Version'), env);
      if (exitCode === 0) return undefined;
      return `systemd does not answer for your user (${stderr || 'systemctl is missing'}): log in as this user itself, not by su or sudo, or keep the daemon in a tmux or screen of your own with "holdfast daemon run"`;
    },
    enable: [
      systemctl('daemon-reload'),
      systemctl('reset-failed', UNIT),
      systemctl('enable', UNIT),
      systemctl('restart', UNIT),
    ],
    disable: [systemctl('disable', '--now', UNIT)],
    forget: [systemctl('daemon-reload'), systemctl('reset-failed', UNIT)],
    restart: systemctl('restart', UNIT),
    status: systemctl('status', '--no-pager', '--lines=5', UNIT),
    lingers: async () => {
      const { exitCode, stdout } = await run(['loginctl', 'show-user', user, '--property=Linger', '--value'], env);
      return exitCode === 0 ? stdout.trim() === 'yes' : undefined;
    },
    linger: ['loginctl', 'enable-linger', user],
  };
}

function launchd(env: Environment): Manager {
  const file = serviceFile(env, 'darwin');
  const domain = target().slice(0, -LABEL.length - 1);
  return {
    name: 'launchd',
    file,
    textOf: launchdPlist,
    absent: async () => {
      const { exitCode } = await run(['launchctl', 'print', domain], env);
      return exitCode === 0 ? undefined : `launchd has no session ${domain}: log in at the screen of this Mac once`;
    },
    enable: [
      ['launchctl', 'bootout', target()], // fails where it was not there
      ['launchctl', 'bootstrap', domain, file],
      ['launchctl', 'kickstart', target()],
    ],
    disable: [['launchctl', 'bootout', target()]],
    forget: [],
    restart: ['launchctl', 'kickstart', '-k', target()],
    status: ['launchctl', 'print', target()],
    lingers: async () => undefined,
    linger: undefined,
  };
}

/** How a command of a service manager ended. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of a service manager, bounded in time; answers however it ended. */
export async function run([bin, ...words]: Command, env: Environment): Promise<Ran> {
  const done = await execa(bin, words, {
    env: { ...env },
    extendEnv: false,
    timeout: 70_000,
    reject: false,
    stdin: 'ignore',
  });
  const stderr = done.exitCode === undefined ? `${bin}: ${done.shortMessage}` : done.stderr.trim();
  return { exitCode: done.exitCode ?? EXIT.error, stdout: done.stdout ?? '', stderr };
}
