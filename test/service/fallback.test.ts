import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../e2e/until.ts';
import {
  cli,
  daemonPid,
  endTmux,
  findings,
  groupOf,
  identity,
  inside,
  ok,
  property,
  tmuxPid,
  waitingTask,
  write,
} from './machine.ts';

const PATH = `${inside('no-scopes')}:${process.env.PATH}`;

beforeAll(() => {
  write(inside('.config', 'holdfast', 'config.json'), JSON.stringify({ directories: { confirm: false } }));
  // beside an agent, so that the recipe takes the directory up
  for (const name of ['systemd-run', 'codex']) write(inside('no-scopes', name), '#!/bin/sh\nexit 1\n', 0o755);
  endTmux(); // that of the tests before has a scope
  ok(['service', 'install'], { PATH });
});
afterAll(() => {
  cli(['stop', 'unscoped']);
  cli(['service', 'uninstall']);
  endTmux();
});

test('where no scope can be made the tmux server is in the unit, a restart costs no agent, and the doctor warns', async () => {
  const agent = await waitingTask('unscoped');
  const before = [identity(agent), identity(tmuxPid())];
  expect(groupOf(tmuxPid())).toMatch(/holdfast\.service$/);
  expect(groupOf(agent)).toBe(groupOf(tmuxPid()));
  expect(property('KillMode')).toBe('process'); // this alone stands between them
  const daemon = await daemonPid();
  ok(['service', 'restart']);
  await until(async () => (await daemonPid()) !== daemon);
  expect([identity(agent), identity(tmuxPid())]).toEqual(before);
  expect(JSON.parse(ok(['show', 'unscoped', '--json']))).toMatchObject({ task: { state: 'running', attempt: 1 } });
  expect(findings(PATH)).toContainEqual(
    expect.objectContaining({ check: 'service', level: 'warning', found: expect.stringContaining('in the unit') }),
  );
});
