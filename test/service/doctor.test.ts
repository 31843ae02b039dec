import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../e2e/until.ts';
import { cli, daemonPid, endTmux, env, findings, home, inside, ok, PROGRAM, systemctl, write } from './machine.ts';

/** What there is to say of the service; here is no logind, so one note is always there. */
const complaints = (more: Readonly<Record<string, string>> = {}): readonly string[] =>
  findings(process.env.PATH, more)
    .filter(({ check, level, found }) => check === 'service' && level !== 'ok' && !found.includes('last logout'))
    .map(({ level, found }) => `${level}: ${found}`);

beforeAll(async () => {
  write(inside('.config', 'holdfast', 'config.json'), JSON.stringify({ directories: { confirm: false } }));
  ok(['service', 'install']);
  await daemonPid();
});
afterAll(() => {
  cli(['service', 'uninstall']);
  endTmux();
});

test('a service that is well is no trouble to the doctor, also where the session does not say where the manager is', () => {
  expect(complaints()).toEqual([]);
  expect(complaints({ XDG_RUNTIME_DIR: '' })).toEqual([]); // as from cron
});

test('a service that no boot would start is found, and installed again it is well', () => {
  systemctl('disable', 'holdfast.service');
  expect(complaints()).toEqual(['warning: the service is disabled: no boot and no login starts it']);
  ok(['service', 'install']);
  expect(complaints()).toEqual([]);
});

test('a daemon that somebody else has started is found, and the service takes its place', async () => {
  systemctl('stop', 'holdfast.service');
  const other = spawn(process.execPath, [PROGRAM, 'daemon', 'run'], { env, cwd: home, stdio: 'ignore' });
  await until(() => cli(['daemon', 'status'], { HOLDFAST_NO_START_DAEMON: '1' }).code === 0);
  expect(complaints()).toEqual([`warning: the daemon (pid ${other.pid}) is not the one of the service`]);
  ok(['service', 'install']); // the remedy
  await until(() => other.exitCode === 0);
  await daemonPid();
  expect(complaints()).toEqual([]);
});
