import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../e2e/until.ts';
import {
  cli,
  daemonPid,
  findings,
  groupOf,
  home,
  identity,
  inside,
  ok,
  property,
  systemctl,
  tmuxPid,
  versionManager,
  waitingTask,
  write,
} from './machine.ts';

const UNIT_FILE = inside('.config', 'systemd', 'user', 'holdfast.service');
const CONFIG = inside('.config', 'holdfast', 'config.json');

let agent = 0;
let agentIdentity = '';

beforeAll(async () => {
  write(CONFIG, JSON.stringify({ directories: { confirm: false }, tickSeconds: 1 }));
  write(`${versionManager}/codex`, '#!/bin/sh\necho "$PATH" >"$HOME/codex-ran"\n', 0o755);
  write(`${UNIT_FILE}.d/impatient.conf`, '[Service]\nWatchdogSec=3\nRestartSec=500ms\n');
  ok(['service', 'install'], { PATH: `${versionManager}:${process.env.PATH}` });
  agent = await waitingTask('long');
  agentIdentity = identity(agent);
});
afterAll(() => {
  cli(['stop', 'long']);
  cli(['service', 'uninstall']);
});

/** The one promise of this file. */
const stillAtWork = () => {
  expect(identity(agent)).toBe(agentIdentity);
  const { stdout } = cli(['show', 'long', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ task: { state: 'running', attempt: 1 } });
};

describe('an installed service', () => {
  test('runs the daemon, and keeps the tmux server out of its control group', async () => {
    const daemon = await daemonPid();
    expect(JSON.parse(ok(['daemon', 'status', '--json'])).pid).toBe(daemon);
    expect(groupOf(daemon)).toMatch(/holdfast\.service$/);
    expect(groupOf(tmuxPid())).toMatch(/holdfast-tmux-[0-9a-f]{8}\.scope$/);
    expect(groupOf(agent)).toBe(groupOf(tmuxPid()));
  });

  test('is told as that: by the words of systemd, and none of ours', () => {
    const PATH = `${versionManager}:${process.env.PATH}`;
    expect(cli(['service', 'status'], { PATH })).toEqual({
      code: 0,
      stdout: expect.stringMatching(/Active: active \(running\)/),
      stderr: '',
    });
    expect(JSON.parse(ok(['service', 'status', '--json'], { PATH }))).toMatchObject({ installed: true, current: true });
  });

  test('may open as many files as a fleet needs', async () => {
    expect(readFileSync(`/proc/${await daemonPid()}/limits`, 'utf8')).toMatch(/Max open files +16384/);
  });

  test('is installed again without a change of its file', () => {
    const before = readFileSync(UNIT_FILE, 'utf8');
    expect(ok(['service', 'install'], { PATH: `${versionManager}:${process.env.PATH}` })).toContain('kept');
    expect(readFileSync(UNIT_FILE, 'utf8')).toBe(before);
  });

  test('finds an agent that only a version manager has', async () => {
    expect(process.env.PATH).not.toContain(versionManager);
    ok(['start', 'codex', 'found', '--cwd', home, '--prompt', 'hello']);
    await until(() => existsSync(inside('codex-ran')) && readFileSync(inside('codex-ran'), 'utf8'));
    expect(readFileSync(inside('codex-ran'), 'utf8').split(':')).toContain(versionManager);
  });
});

const found = () => findings(`${versionManager}:${process.env.PATH}`);
const ofService = () => found().filter(({ check }) => check === 'service');

describe('the doctor', () => {
  test('sees that a restart will not cost an agent', () => {
    expect(ofService()).toContainEqual({
      check: 'service',
      level: 'ok',
      found: expect.stringContaining('a scope of its own'),
    });
    // here is no logind, which is all that there is to say
    expect(ofService().filter(({ level }) => level !== 'ok')).toEqual([
      expect.objectContaining({ level: 'note', found: expect.stringContaining('outlives your last logout') }),
    ]);
  });

  test('sees the agent where the service looks', () => {
    expect(found()).toContainEqual({ check: 'agents', level: 'ok', found: expect.stringContaining(versionManager) });
  });

  test('sees that an agent came later than the service, somewhere else', () => {
    write(inside('.bun', 'bin', 'opencode'), '#!/bin/sh\n', 0o755);
    const { stdout } = cli(['doctor', '--json'], {
      PATH: `${inside('.bun', 'bin')}:${versionManager}:${process.env.PATH}`,
    });
    expect(stdout).toContain('and the daemon does not look there');
    expect(stdout).toContain('the service file is not what would be written now');
  });
});

describe('the same process of the agent is at work after', () => {
  test.each<[string, () => Promise<unknown> | unknown]>([
    ['a restart by systemd', () => systemctl('restart', 'holdfast.service')],
    ['a restart by our own word', () => ok(['service', 'restart'])],
    ['a kill of the daemon', async () => process.kill(await daemonPid(), 'SIGKILL')],
    ['a kill of all that is in the unit', () => systemctl('kill', '--signal=SIGKILL', 'holdfast.service')],
    ['a daemon that stands still, which the watchdog ends', async () => process.kill(await daemonPid(), 'SIGSTOP')],
    [
      'stop and start by systemd',
      () => {
        systemctl('stop', 'holdfast.service');
        expect(identity(agent)).toBe(agentIdentity);
        return systemctl('start', 'holdfast.service');
      },
    ],
    ['an upgrade, which installs again', () => ok(['service', 'install'])],
  ])('%s', async (_, strike) => {
    const before = await daemonPid();
    await strike();
    await until(async () => (await daemonPid()) !== before && cli(['daemon', 'status']).code === 0);
    stillAtWork();
  });
});

describe('a daemon that is stopped by "daemon stop"', () => {
  test('stays stopped, and the next command lets the service start it', async () => {
    ok(['daemon', 'stop']);
    expect(property('ActiveState')).toBe('inactive');
    expect(identity(agent)).toBe(agentIdentity);
    ok(['list']);
    expect(groupOf(await daemonPid())).toMatch(/holdfast\.service$/);
    stillAtWork();
  });
});

describe('a session that does not say where the manager is, such as that of cron', () => {
  test('lets the service start the daemon all the same', async () => {
    ok(['daemon', 'stop']);
    ok(['list'], { XDG_RUNTIME_DIR: '' });
    expect(groupOf(await daemonPid())).toMatch(/holdfast\.service$/);
    stillAtWork();
  });
});

describe('settings that cannot be read', () => {
  const BAD = '{ "tickSeconds": "often" }';

  test.each([
    ['service', 'restart'],
    ['service', 'install'],
    ['daemon', 'restart'],
  ])('cost the daemon that is at work nothing: %s %s refuses', async (...words) => {
    const before = await daemonPid();
    const good = readFileSync(CONFIG, 'utf8');
    write(CONFIG, BAD);
    expect(cli(words)).toMatchObject({ code: 78, stderr: expect.stringContaining('tickSeconds') });
    write(CONFIG, good);
    expect(await daemonPid()).toBe(before);
    stillAtWork();
  });

  test('end the service with exit 78, once, and cost no agent', async () => {
    const good = readFileSync(CONFIG, 'utf8');
    write(CONFIG, BAD);
    systemctl('restart', 'holdfast.service');
    expect(property('Result')).toBe('exit-code');
    expect(property('ExecMainStatus')).toBe('78');
    const settled = property('NRestarts');
    await until(() => property('ActiveState') === 'failed');
    expect(property('NRestarts')).toBe(settled);
    expect(identity(agent)).toBe(agentIdentity);
    expect(ofService()).toContainEqual(
      expect.objectContaining({ level: 'problem', found: 'the service is down: exit-code, exit code 78' }),
    );
    expect(cli(['service', 'status'])).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('status=78'),
      stderr: expect.stringContaining('it does not run'),
    });
    write(CONFIG, good);
    ok(['service', 'restart']);
    stillAtWork();
  });
});

describe('an uninstalled service', () => {
  test('leaves the agents at work, says so, and is gone', async () => {
    expect(ok(['service', 'uninstall'])).toContain('Agents go on');
    expect(existsSync(UNIT_FILE)).toBe(false);
    expect(property('LoadState')).toBe('not-found');
    expect(identity(agent)).toBe(agentIdentity);
    expect(ok(['service', 'uninstall'])).toContain('there is no service');
    expect(cli(['service', 'status'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('there is no service'),
    });
    stillAtWork(); // a command starts a daemon of its own
  });
});
