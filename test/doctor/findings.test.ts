import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/check.ts';
import { judge } from '../../src/doctor/checks/disk.ts';
import { judgeScope, judgeUnit, lingering } from '../../src/doctor/checks/service.ts';
import { pathsHere } from '../../src/protocol/paths.ts';

const told = (findings: readonly Finding[]): string =>
  findings.map(({ level, found }) => `${level}: ${found}`).join('\n');

describe('the file system of the state', () => {
  const MIB = 1024 * 1024;
  const paths = pathsHere({ HOME: '/home/me', HOLDFAST_STATE_DIR: '/state' });
  const disk = { type: 61267, bsize: 4096, bavail: (20 * 1024 * MIB) / 4096, files: 1e6, ffree: 9e5 }; // ext4
  const room = (mib: number) => ({ ...disk, bavail: (mib * MIB) / 4096 });
  const on = (type: number) => ({ ...disk, type });

  test.each([
    ['is a local disk with room', disk, 'ok: 20 GB are free for the state'],
    ['is on NFS', on(0x6969), 'problem: the state lies on NFS: locks cannot be trusted there'],
    ['is a FUSE', on(0x65735546), 'problem: the state lies on FUSE: locks cannot be trusted there'],
    ['is in memory', on(0x01021994), 'warning: the state lies in memory: a reboot forgets every task'],
    ['is nearly full', room(1023), 'warning: 1023 MB are free in /state'],
    ['is full', room(99), 'problem: 99 MB are free in /state'],
    ['takes few more files', { ...disk, ffree: 9999 }, 'warning: 9999 inodes are free in /state'],
    ['counts no files', { ...disk, files: 0, ffree: 0 }, 'ok: 20 GB are free for the state'],
  ])('that %s', (_, stats, says) => {
    const findings = judge(stats, { paths, platform: 'linux' });
    expect(told(findings)).toBe(says);
    for (const finding of findings) if (finding.level !== 'ok') expect(finding.remedy).toMatch(/holdfast/);
  });

  test('of another kernel is told by its room alone: its numbers are others', () => {
    expect(told(judge(on(0x6969), { paths, platform: 'darwin' }))).toMatch(/^ok/);
  });
});

describe('after the last logout', () => {
  test.each([
    ['the service stays', true, ''],
    ['nobody has to ask', undefined, ''],
    ['everything ends', false, 'warning: at your last logout systemd ends the daemon and every agent'],
    ['nobody knows', 'unknown', 'note: it could not be told whether the service outlives your last logout'],
  ] as const)('%s', (_, lingers, says) => {
    const findings = lingering(lingers);
    expect(told(findings).slice(0, says.length || undefined)).toBe(says);
    for (const finding of findings) expect(finding).toHaveProperty('remedy', 'sudo loginctl enable-linger $USER');
  });
});

describe('a service of systemd', () => {
  const shown = (more: Readonly<Record<string, string>> = {}): string =>
    Object.entries({ MainPID: '7', Result: 'success', ExecMainStatus: '0', UnitFileState: 'enabled', ...more })
      .map(([name, value]) => `${name}=${value}\n`)
      .join('');

  test.each<[string, string, number | undefined, string, RegExp]>([
    ['that runs the daemon', shown(), 7, '', /^$/],
    ['that was stopped', shown({ MainPID: '0' }), undefined, '', /^$/],
    [
      'beside which another daemon runs',
      shown(),
      8,
      'warning: the daemon (pid 8) is not the one of the service',
      /holdfast service install/,
    ],
    [
      'that is stopped, and another daemon runs',
      shown({ MainPID: '0' }),
      8,
      'warning: the daemon (pid 8) is not the one of the service',
      /agents go on/,
    ],
    [
      'that ended by bad settings',
      shown({ MainPID: '0', Result: 'exit-code', ExecMainStatus: '78' }),
      undefined,
      'problem: the service is down: exit-code, exit code 78',
      /holdfast daemon run.*holdfast service restart/,
    ],
    [
      'that the watchdog ended again and again',
      shown({ MainPID: '0', Result: 'watchdog', ExecMainStatus: '9' }),
      undefined,
      'problem: the service is down: watchdog, exit code 9',
      /holdfast service restart/,
    ],
    ['that failed once, and runs', shown({ Result: 'exit-code', ExecMainStatus: '1' }), 7, '', /^$/],
    [
      'that nobody starts',
      shown({ UnitFileState: 'disabled' }),
      7,
      'warning: the service is disabled: no boot and no login starts it',
      /holdfast service install/,
    ],
    [
      'whose manager is silent, which is no word against the daemon',
      '',
      7,
      'note: systemd does not answer for your user: how the service is is not known',
      /systemctl --user status/,
    ],
  ])('%s', (_, text, pid, says, remedy) => {
    const findings = judgeUnit(text, pid === undefined ? undefined : { pid });
    expect(told(findings)).toBe(says);
    for (const finding of findings) expect(finding).toHaveProperty('remedy', expect.stringMatching(remedy));
  });
});

describe('the control group of the tmux server', () => {
  const users = '/user.slice/user-1000.slice/user@1000.service';
  test.each([
    ['a scope of its own', `${users}/app.slice/holdfast-tmux-0a1b2c3d.scope`, 'ok: the tmux server has a scope', /^$/],
    [
      'the unit of the daemon: a restart with another KillMode would kill it',
      `${users}/app.slice/holdfast.service`,
      'warning: the tmux server is in the unit of the daemon: "systemctl --user kill" would end every agent',
      /^when no task runs: holdfast daemon stop; tmux -L 'my own' kill-server; holdfast daemon start$/,
    ],
    [
      'the session in which the first command was typed',
      '/user.slice/user-1000.slice/session-3.scope',
      'note: the tmux server is in session-3.scope, and ends when that does',
      /^when no task runs: tmux -L 'my own' kill-server; the service/,
    ],
    ['that of a container, which ends nothing', '/docker/4f5e', 'ok: no control group ties the agents', /^$/],
    ['the root', '/', 'ok: no control group ties the agents', /^$/],
  ])('is %s', (_, group, says, remedy) => {
    const finding = judgeScope(group, ['tmux', '-L', 'my own']);
    expect(told([finding])).toContain(says);
    expect(finding.level === 'ok' ? '' : finding.remedy).toMatch(remedy);
  });
});
