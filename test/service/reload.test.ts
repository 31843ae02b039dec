import { readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../e2e/until.ts';
import { cli, daemonPid, endTmux, inside, ok, property, systemctl, write } from './machine.ts';

const DIRECTORY = inside('.config', 'holdfast');

/** Settings that the daemon's watch does not see, because another directory takes the place of theirs: a signal alone tells. */
function settings(name: string, text: string): void {
  write(inside('settings', name, 'config.json'), text);
  symlinkSync(inside('settings', name), `${DIRECTORY}.new`);
  renameSync(`${DIRECTORY}.new`, DIRECTORY);
}
const told = (): readonly string[] =>
  readFileSync(inside('.local', 'state', 'holdfast', 'daemon.log'), 'utf8')
    .split('\n')
    .filter((line) => /"event":"(?:reloaded|bad-settings)"/.test(line));

beforeAll(async () => {
  rmSync(DIRECTORY, { recursive: true, force: true });
  settings('first', '{"maxConcurrent": 3}');
  ok(['service', 'install']);
  await daemonPid();
});
afterAll(() => {
  cli(['service', 'uninstall']);
  endTmux();
  rmSync(DIRECTORY);
});

const inUse = (): string => /^maxConcurrent +(\S+)/m.exec(ok(['config', 'list']))?.[1] ?? '';

test('"systemctl --user reload" takes new settings over, and of bad ones the daemon says so and keeps the last good ones', async () => {
  const daemon = await daemonPid();
  settings('second', '{"maxConcurrent": 5}');
  systemctl('reload', 'holdfast.service');
  await until(() => told().some((line) => line.includes('after a signal')));
  expect(told().join('\n')).toContain('"changed":["maxConcurrent"]'); // not in the last: a package of conf's raises the first signal twice
  expect(inUse()).toBe('5');
  settings('third', '{\n"maxConcurrent": "many"\n}');
  systemctl('reload', 'holdfast.service');
  await until(() => told().at(-1)?.includes('bad-settings'));
  expect(ok(['daemon', 'status'])).toContain('line 2: maxConcurrent');
  expect(await daemonPid()).toBe(daemon);
  expect(property('ActiveState')).toBe('active');
});
