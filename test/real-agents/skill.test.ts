import { describe, test } from 'vitest';
import { reply } from './fake-model/script.ts';
import { REAL_AGENTS } from './home.ts';
import { setUp } from './stage.ts';

/** From the description in the frontmatter: what an agent tells its model of a skill before it is used. */
const DESCRIBED = 'unattended in tmux, resumed after crashes';

describe('the skill of holdfast is told to the model of', () => {
  test.concurrent.for(REAL_AGENTS)('%s', async (agent, { expect, onTestFinished }) => {
    const { hf, home, model, start, end } = await setUp(agent, [reply({ text: 'All are counted.' })], onTestFinished);
    const installed = await hf.begin({ env: { HOME: home } }, 'skill', 'install', '--agent', agent);
    expect(installed).toMatchObject({ code: 0 });
    await end(await start('tiles', 'Count the tiles of the old harbour.'));
    expect(model.turns()[0]?.body).toContain(DESCRIBED);
  });
});
