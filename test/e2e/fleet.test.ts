import { expect, test } from 'vitest';
import { methods } from '../../src/protocol/methods.ts';
import { receiver } from '../notifiers/receiver.ts';
import { kill } from './processes.ts';
import { type Holdfast, holdfast, kindsOf } from './rig.ts';
import { until } from './until.ts';

const server = (hf: Holdfast) => Number(hf.tmux('display-message', '-p', '#{pid}').stdout);

test.each<[string, (hf: Holdfast) => unknown]>([
  ['is killed', (hf) => kill(server(hf))],
  ['is told to end', (hf) => hf.tmux('kill-server')],
])(
  'a tmux server that %s with eight tasks in it is told a person once, and all go on in their conversations',
  async (_, blow) => {
    const { url, received } = await receiver();
    const phone = { type: 'ntfy', server: url, topic: 'fleet', kinds: ['crashed', 'resumed'] };
    const hf = holdfast({ settings: { tickSeconds: 0.3, resume: { baseMinutes: 0 }, notify: { to: { phone } } } });
    const names = Array.from({ length: 8 }, (_, n) => `t${n}`);
    for (const name of names)
      await hf.start(name, [
        `@run echo before >> ${name}.log`,
        `@touch ${name}.ready`,
        '@wait go',
        `@run echo after >> ${name}.log`,
      ]);
    for (const name of names) await hf.sees(`${name}.ready`);
    blow(hf);
    for (const name of names) await until(async () => (await hf.task(name)).attempt === 2);
    hf.touch('go');
    for (const name of names) {
      const task = await hf.end(name);
      expect(task).toMatchObject({ state: 'succeeded', attempt: 2 });
      expect(kindsOf(task)).toEqual(['fresh', 'resume']);
      expect(task.attempts[0]?.cause).toContain('the tmux server died');
      expect(hf.text(`${name}.log`)).toBe('before\nafter\n');
    }
    const told = (): readonly string[] => received.map(({ body }) => JSON.parse(body).message);
    const pending = async () => methods.notices.result.parse(await hf.json('notices', '--pending')).notices;
    await expect.poll(pending, { timeout: 45_000, interval: 200 }).toEqual([]); // it is gathered for 20 s
    expect(told()).toEqual([
      expect.stringMatching(/^💥 8 tasks crashed at once \(.* and 3 more\): the tmux server died; they are resumed/),
      expect.stringMatching(/^🔁 8 tasks go on \(.* and 3 more\) after: the tmux server died$/),
    ]);
  },
  90_000,
);
