import { expect, test } from 'vitest';
import { kill } from './processes.ts';
import { holdfast, kindsOf, pidOf } from './rig.ts';

const TASKS = 20;

test(`${TASKS} tasks in one directory, all killed at once, each go on in their own conversation`, async () => {
  const hf = holdfast({ settings: { resume: { baseMinutes: 0 } } });
  const names = Array.from({ length: TASKS }, (_, n) => `twin-${n + 1}`);
  const script = (name: string) => [
    `@run echo ${name} one >> log`,
    `@touch ${name}.ready`,
    '@wait go',
    `@run echo ${name} two >> log`,
  ];
  const tasks = await Promise.all(names.map((name) => hf.start(name, script(name))));
  await Promise.all(names.map((name) => hf.sees(`${name}.ready`)));
  expect(new Set(tasks.map(({ conversation }) => conversation)).size).toBe(TASKS);

  const victims = await Promise.all(
    tasks.flatMap((task, n) => [pidOf(task, 1, 'agent'), ...(n % 2 ? [pidOf(task, 1, 'runner')] : [])]),
  );
  kill(...victims);
  await Promise.all(tasks.map((task) => pidOf(task, 2, 'agent')));
  hf.touch('go');

  expect((await hf.cli('wait', ...names, '--timeout', '40s')).code).toBe(0);
  const ended = await Promise.all(names.map(hf.task));
  expect(ended.map(({ conversation }) => conversation)).toEqual(tasks.map(({ conversation }) => conversation));
  expect(ended.map(kindsOf)).toEqual(names.map(() => ['fresh', 'resume']));

  expect(hf.text('log').trim().split('\n').sort()).toEqual(
    names.flatMap((name) => [`${name} one`, `${name} two`]).sort(),
  );
  const conversations = hf.conversations();
  expect(conversations.size).toBe(TASKS);
  for (const entries of conversations.values()) {
    expect(entries.filter(({ type }) => type === 'prompt')).toHaveLength(2);
    expect(entries.filter(({ type }) => type === 'turn-ended')).toHaveLength(1);
  }
});
