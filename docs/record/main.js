// Draws the pictures of README and docs from real runs: `npm run record`, or with the names of some of them.
import { writeFileSync } from 'node:fs';
import { picture } from './picture.js';
import { said, stage } from './stage.js';

/** Every picture in docs/, and how it comes about. @type {Readonly<Record<string, () => Promise<import('./picture.js').Scene>>>} */
const scenes = {
  demo: async () => ({
    title: 'holdfast demo: an agent is killed in the middle of a command, and its conversation goes on',
    command: 'holdfast demo',
    lines: await said(['demo']),
  }),
  list: () =>
    staged(async ({ start, until, shows }) => {
      await start('readme', '@say The README names every command now.');
      await start('imports', '@fail usage-limit 5400');
      await until('imports', ({ state }) => state === 'rate-limited');
      await start('flaky', '@run true\n@die SIGKILL');
      await until('flaky', ({ state }) => state === 'backing-off');
      await start('migrate', '@ask May I drop the table users_old?');
      await until('migrate', ({ state }) => state === 'waiting-input');
      await start('coverage', '@say I look for what no test reaches.\n@run ./check.sh');
      await until('coverage', ({ summary }) => summary.includes('check.sh'));
      return {
        title: 'holdfast list: what every task is doing',
        command: 'holdfast list',
        lines: await shows(['list']),
      };
    }),
  healed: () =>
    staged(async ({ start, until, kill, shows }) => {
      await start('fix-login', '@say I run the tests first.\n@run ./check.sh');
      await until('fix-login', ({ summary }) => summary.includes('check.sh'));
      await kill('fix-login');
      await until(
        'fix-login',
        ({ attempt, state, summary }) => attempt === 2 && state === 'running' && summary.includes('check.sh'),
      );
      return {
        title: 'holdfast explain: the agent was killed, and the evidence of it and of what followed',
        command: 'holdfast explain fix-login',
        lines: await shows(['explain', 'fix-login']),
      };
    }),
  doctor: () =>
    staged(async ({ start, shows }) => {
      await start('any', '@run ./check.sh');
      return {
        title: 'holdfast doctor: what is well, what is not, and what to do about it',
        command: 'holdfast doctor',
        lines: await shows(['doctor']),
      };
    }),
};

/** Plays a scene on a stage of its own, which is gone afterwards. */
async function staged(play) {
  const own = stage();
  try {
    return await play(own);
  } finally {
    await own.clear();
  }
}

const wanted = process.argv.slice(2);
for (const [name, play] of Object.entries(scenes)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  writeFileSync(new URL(`../${name}.svg`, import.meta.url), picture(await play()));
  process.stderr.write(`record: docs/${name}.svg\n`);
}
process.exit(); // the connections of the stages are open still
