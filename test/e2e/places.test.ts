import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdfast, markedBy, pidOf } from './rig.ts';
import { until } from './until.ts';

test('no more agents are at work than the settings allow, whatever dies and comes back', async () => {
  const hf = holdfast({
    settings: { maxConcurrent: 2, tickSeconds: 0.2, resume: { baseMinutes: 0, fastDeaths: 100 } },
  });
  for (const name of ['a', 'b', 'c', 'd']) await hf.start(name, [`@touch ${name}`, '@wait go']);
  const working = async () => (await hf.list()).filter(({ state }) => state === 'running');
  await until(async () => (await working()).length === 2);

  const most: number[] = [];
  for (let deaths = 0; deaths < 4; deaths++) {
    const [victim] = await working();
    if (!victim) throw new Error('nobody works');
    const { directory } = await hf.task(victim.name);
    process.kill(await pidOf({ directory }, victim.attempt, 'agent'), 'SIGKILL');
    await until(async () => {
      const rows = await hf.list();
      const agents = rows.filter((row) => markedBy(row).some(({ text }) => text.includes('/dist/demo/main.js')));
      most.push(agents.length);
      const dead = rows.find(({ id }) => id === victim.id);
      return (dead?.attempt ?? 0) >= victim.attempt && (await working()).length === 2;
    });
  }
  expect(Math.max(...most)).toBeLessThanOrEqual(2);

  writeFileSync(join(hf.work, 'go'), '');
  for (const name of ['a', 'b', 'c', 'd']) expect((await hf.cli('wait', name, '--timeout', '30s')).code).toBe(0);
});

test('who was at work goes on before another begins', async () => {
  const hf = holdfast({ settings: { maxConcurrent: 4, tickSeconds: 0.2 } });
  const [first, later] = [
    ['a', 'b', 'c', 'd'],
    ['e', 'f', 'g', 'h'],
  ];
  const attempts = async (names: readonly string[], ...states: readonly string[]) =>
    (await hf.list())
      .filter(({ name, state }) => names.includes(name) && states.includes(state))
      .map((row) => row.attempt);
  for (const name of first) await hf.start(name, ['@say I am at it.', '@wait go']);
  await until(async () => (await attempts(first, 'running')).length === 4);
  for (const name of later) await hf.start(name, ['@wait go']);

  process.kill(Number(hf.tmux('display-message', '-p', '#{pid}').stdout), 'SIGKILL');
  await until(async () => (await attempts(first, 'running')).join() === '2,2,2,2');
  expect(await attempts(later, 'pending')).toEqual([0, 0, 0, 0]);
});
