import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from '../../src/daemon/journal.ts';
import { methods } from '../../src/protocol/methods.ts';
import { receiver } from '../notifiers/receiver.ts';
import { endAllOf, kill } from './processes.ts';
import { type Holdfast, holdfast, kindsOf } from './rig.ts';
import { until } from './until.ts';

const server = (hf: Holdfast) => Number(hf.tmux('display-message', '-p', '#{pid}').stdout);

/** As after a power cut: nothing lives, nothing was noted down, and the machine says that it is another run of it. */
async function reboot(hf: Holdfast): Promise<void> {
  await endAllOf(hf.home);
  const boot = /"boot":"[^"]*"/;
  for (const task of readdirSync(`${hf.state}/tasks`)) {
    const file = `${hf.state}/tasks/${task}/launch/1.host`;
    const before = readFileSync(file, 'utf8');
    expect(before).toMatch(boot);
    writeFileSync(file, before.replace(boot, '"boot":"the-run-before"'));
  }
  await hf.list(); // the daemon of the next run
}

const SERVER_DIED = 'the tmux server died';

test.each<[string, (hf: Holdfast) => unknown, cause: string]>([
  ['its tmux server is killed', (hf) => kill(server(hf)), SERVER_DIED],
  ['its tmux server is told to end', (hf) => hf.tmux('kill-server'), SERVER_DIED],
  ['its machine is started again', reboot, 'the machine was started again'],
])(
  'of a fleet of eight a person is told once that %s, and all go on in their conversations, as if none had failed',
  async (_, blow, cause) => {
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
    await blow(hf);
    for (const name of names) await until(async () => (await hf.task(name)).attempt === 2);
    hf.touch('go');
    for (const name of names) {
      const task = await hf.end(name);
      expect(task).toMatchObject({ state: 'succeeded', attempt: 2 });
      expect(kindsOf(task)).toEqual(['fresh', 'resume']);
      expect(task.attempts[0]?.cause).toContain(cause);
      const { entries } = parse(readFileSync(`${task.directory}/journal.ndjson`));
      expect(entries.filter((entry) => entry.task.fails + entry.task.fastDeaths > 0)).toEqual([]);
      expect(hf.text(`${name}.log`)).toBe('before\nafter\n');
    }
    const told = (): readonly string[] => received.map(({ body }) => JSON.parse(body).message);
    const pending = async () => methods.notices.result.parse(await hf.json('notices', '--pending')).notices;
    await expect.poll(pending, { timeout: 45_000, interval: 200 }).toEqual([]); // it is gathered for 20 s
    expect(told()).toEqual([
      expect.stringContaining(`: ${cause}; they are resumed`),
      expect.stringMatching(new RegExp(`^🔁 8 tasks go on \\(.* and 3 more\\) after: ${cause}$`)),
    ]);
    expect(told()[0]).toMatch(/^💥 8 tasks crashed at once \(.* and 3 more\): /);
  },
  90_000,
);
