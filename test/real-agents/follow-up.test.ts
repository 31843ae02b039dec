import { describe, test } from 'vitest';
import { kindsOf } from '../e2e/rig.ts';
import { reply } from './fake-model/script.ts';
import { REAL_AGENTS } from './home.ts';
import { setUp } from './stage.ts';

const PROMPT = 'Count the tiles of the old harbour.';
const MORE = 'Count the anchors too.';

describe('an ended task that is asked for more goes on in its conversation', () => {
  test.concurrent.for(REAL_AGENTS)('%s', async (agent, { expect, onTestFinished }) => {
    const steps = [reply({ text: 'There are 42.' }), reply({ text: 'And 7 anchors.' })];
    const { hf, model, start, end, conversations } = await setUp(agent, steps, onTestFinished);
    const task = await start('tiles', PROMPT);
    await end(task);
    expect(await hf.begin({ stdin: MORE }, 'retry', 'tiles', '--prompt-file', '-')).toMatchObject({ code: 0 });
    const [ended] = await end(task);
    expect(ended).toMatchObject({ lastMessage: 'And 7 anchors.', followUps: { used: 1 } });
    expect(kindsOf(ended ?? task)).toEqual(['fresh', 'resume']);
    const last = model.turns().at(-1)?.body ?? '';
    for (const text of [PROMPT, 'There are 42.', MORE]) expect(last).toContain(text);
    expect(await conversations(task)).toHaveLength(1);
  });
});
