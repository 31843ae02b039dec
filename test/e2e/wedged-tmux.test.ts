import { expect, test } from 'vitest';
import { methods } from '../../src/protocol/methods.ts';
import { kill } from './processes.ts';
import { holdfast, kindsOf, pidOf } from './rig.ts';
import { until } from './until.ts';

test('beside a tmux server that stands still a death is known, nothing is doubled, and the resume waits for it', async () => {
  const hf = holdfast({ settings: { tickSeconds: 0.5, resume: { baseMinutes: 0 } } });
  const script = (name: string) => [
    `@run echo one >> ${name}.log`,
    `@touch ${name}.ready`,
    '@wait go',
    `@run echo two >> ${name}.log`,
  ];
  const dies = await hf.start('dies', script('dies'));
  await hf.start('lives', script('lives'));
  for (const name of ['dies', 'lives']) await hf.sees(`${name}.ready`);
  const server = Number(hf.tmux('display-message', '-p', '#{pid}').stdout);
  process.kill(server, 'SIGSTOP');
  try {
    kill(await pidOf(dies, 1, 'agent'));
    await until(async () => (await hf.task('dies')).state !== 'running'); // its exit record asks for no tmux
    const pane = async () => {
      const { looked } = methods.explain.result.parse(await hf.json('explain', 'lives'));
      return looked.find(({ what }) => what === 'pane')?.found;
    };
    await until(async () => (await pane()) === 'unknown'); // longer than tmux is waited for
    expect(await hf.task('lives')).toMatchObject({ state: 'running', attempt: 1 });
  } finally {
    process.kill(server, 'SIGCONT');
  }
  await pidOf(dies, 2, 'agent');
  hf.touch('go');
  for (const [name, kinds] of [
    ['dies', ['fresh', 'resume']],
    ['lives', ['fresh']],
  ] as const) {
    const task = await hf.end(name);
    expect(task.state).toBe('succeeded');
    expect(kindsOf(task)).toEqual(kinds);
    expect(hf.text(`${name}.log`)).toBe('one\ntwo\n');
  }
}, 90_000);
