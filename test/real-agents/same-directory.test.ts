import { afterAll, describe, test } from 'vitest';
import { kindsOf, markedBy } from '../e2e/rig.ts';
import { reply } from './fake-model/script.ts';
import { REAL_AGENTS } from './home.ts';
import { patiently } from './patiently.ts';
import { scoreboard } from './scoreboard.ts';
import { killAtOnce, setUp } from './stage.ts';

/** Words that no agent's own instructions hold. */
const PLANTS = ['quillwort', 'sandwort', 'pennywort'] as const;

const steps = PLANTS.flatMap((plant) => [
  reply({ contains: plant, shell: `echo ${plant}-$((40 + 2))` }),
  reply({ contains: plant, shell: 'sleep 300' }),
  reply({ contains: plant, text: `Every ${plant} is found.` }),
]);

const CELL = 'three tasks in one directory, killed at once';
const board = scoreboard(REAL_AGENTS, [CELL]);
afterAll(board.print);

describe.each(REAL_AGENTS)('%s', (agent) => {
  test(`${CELL}, each go on in their own conversation`, async ({ expect, onTestFinished }) => {
    const held = board.begin(agent, CELL);
    const stage = await setUp(agent, steps, onTestFinished);
    expect(await stage.conversations()).toEqual([]); // and for opencode: its database is there before all three want it
    const tasks = await Promise.all(PLANTS.map((plant) => stage.start(plant, `Find every ${plant} on the shore.`)));
    for (const task of tasks) {
      await patiently(() => markedBy(task).some(({ text }) => text.includes('sleep 300')));
      await patiently(async () => (await stage.hf.task(task.name)).conversation);
    }
    const before = await Promise.all(tasks.map(({ name }) => stage.hf.task(name)));
    const turnsBefore = stage.model.turns().length;
    killAtOnce(...tasks);
    const ended = await stage.end(...tasks);

    const ids = before.map(({ conversation }) => conversation);
    expect(new Set(ids).size).toBe(PLANTS.length);
    expect(ended.map(({ conversation }) => conversation)).toEqual(ids);
    expect(ended.map(kindsOf)).toEqual(PLANTS.map(() => ['fresh', 'resume']));
    expect(ended.map(({ lastMessage }) => lastMessage)).toEqual(PLANTS.map((plant) => `Every ${plant} is found.`));
    const told = stage.model.turns().map(({ body }) => PLANTS.filter((plant) => body.includes(plant)).join(' and '));
    expect(new Set(told), 'no request mixes the tasks').toEqual(new Set(PLANTS));
    const resumed = stage.model.turns().slice(turnsBefore);
    expect(resumed).toHaveLength(PLANTS.length);
    for (const plant of PLANTS) {
      expect(resumed.find(({ body }) => body.includes(plant))?.body).toContain(`${plant}-42`);
    }
    expect(await stage.conversations(...tasks)).toHaveLength(PLANTS.length);
    expect(tasks.flatMap(markedBy)).toEqual([]);
    held(ended.map((task) => kindsOf(task).join('+')).join(', '));
  });
});
