import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/check.ts';
import { judge } from '../../src/doctor/checks/disk.ts';
import { lingering } from '../../src/doctor/checks/service.ts';
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
