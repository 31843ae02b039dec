import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../e2e/until.ts';
import { cli, daemonPid, inside, ok, property, systemctl, waitingTask, write } from './machine.ts';

const MANAGER = fileURLToPath(new URL('manager.sh', import.meta.url));
const GROUP = '/sys/fs/cgroup/manager';
const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const RUNTIME = process.env.XDG_RUNTIME_DIR ?? '';

beforeAll(() => {
  write(
    inside('.config', 'holdfast', 'config.json'),
    JSON.stringify({ directories: { confirm: false }, tickSeconds: 1 }),
  );
  ok(['service', 'install']);
});
afterAll(() => {
  cli(['service', 'uninstall']);
});

/** Is anything left of what the manager of the user had started? */
const isEmpty = (): boolean => readFileSync(`${GROUP}/cgroup.events`, 'utf8').includes('populated 0');

/** The last session of a user ends whose processes may not linger: the manager takes everything with it. */
async function logOut(): Promise<void> {
  systemctl('exit');
  await until(isEmpty);
}

/** Nothing is asked and nothing is told, what lay in memory is gone, and the kernel that comes is another one. */
async function losePower(): Promise<void> {
  writeFileSync(`${GROUP}/cgroup.kill`, '1');
  await until(isEmpty);
  for (const name of readdirSync(RUNTIME)) rmSync(`${RUNTIME}/${name}`, { recursive: true, force: true });
  const id = inside('boot-id');
  writeFileSync(id, `${randomUUID()}\n`);
  execFileSync('mount', ['--bind', id, BOOT_ID]);
}

/** Only the manager is started: whatever runs afterwards it has started by itself. */
const comeBack = (): void => {
  expect(spawnSync(MANAGER, { stdio: 'ignore' }).status).toBe(0);
};

const shown = (task: string) =>
  JSON.parse(cli(['show', task, '--json'], { HOLDFAST_NO_START_DAEMON: '1' }).stdout).task;

test.each<[string, () => Promise<void>]>([
  ['a logout without linger', logOut],
  ['a loss of power', losePower],
])('after %s and the next start every conversation goes on, by itself', async (what, strike) => {
  const names = ['a', 'b', 'c'].map((letter) => `${letter}-${what.replaceAll(/\W+/g, '-')}`);
  for (const name of names) await waitingTask(name);
  const before = names.map((name) => shown(name).conversation);
  const boot = readFileSync(BOOT_ID, 'utf8');
  const daemon = await daemonPid();
  await strike();
  expect(existsSync(`/proc/${daemon}`)).toBe(false);
  if (strike === losePower) expect(readFileSync(BOOT_ID, 'utf8')).not.toBe(boot);
  comeBack();
  await daemonPid(); // enabled: no command has asked for it
  expect(property('NRestarts')).toBe('0');
  await until(() => names.every((name) => shown(name)?.state === 'running'));
  expect(names.map(shown)).toMatchObject(
    before.map((conversation) => ({
      conversation,
      attempt: 2,
      attempts: [{ kind: 'fresh' }, { kind: 'resume' }],
    })),
  );
  for (const name of names) mkdirSync(inside('work', name, 'go')); // what they wait for
  await until(() => names.every((name) => shown(name).state === 'succeeded'));
});
