import { expect, test } from 'vitest';
import { killed } from './processes.ts';
import { holdfast } from './rig.ts';

const findings = async (hf: ReturnType<typeof holdfast>, ...flags: string[]) => {
  const { stdout } = await hf.cli('doctor', '--json', ...flags);
  return JSON.parse(stdout).findings as readonly { check: string; level: string; found: string; remedy?: string }[];
};

test('the doctor examines a daemon at work, and one that was killed, and starts none', async () => {
  const hf = holdfast({ settings: { notify: { to: { broken: { type: 'command', argv: ['/nowhere/tell'] } } } } });
  await hf.cli('list');
  const alive = await findings(hf);
  expect(alive).toContainEqual({ check: 'daemon', level: 'ok', found: expect.stringMatching(/runs \(pid \d+\)/) });
  expect(alive).toContainEqual({ check: 'tmux', level: 'ok', found: 'our tmux server answers' });
  expect(alive).toContainEqual(expect.objectContaining({ check: 'notifiers', level: 'warning' }));
  await killed(await hf.daemonPid());
  const dead = await findings(hf);
  expect(dead).toContainEqual({ check: 'daemon', level: 'ok', found: expect.stringContaining('no daemon runs') });
  expect(await hf.cli('daemon', 'status')).toMatchObject({ code: 3 });
  for (const { level, remedy } of [...alive, ...dead]) expect(level === 'ok' || remedy).toBeTruthy();
});
