import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { kindsOf, markedBy } from '../e2e/rig.ts';
import { reply } from './fake-model/script.ts';
import { patiently } from './patiently.ts';
import { killAtOnce, setUp } from './stage.ts';

const PROMPT = 'Count the tiles of the old harbour.';
const settings = { silence: { lingerSeconds: 2 } };
const step = reply({ text: 'One step first.', shell: 'echo tiles-$((40 + 2))' });
const longStep = reply({ text: 'Then a long one.', shell: 'sleep 300' });
const theEnd = reply({ text: 'All are counted.' });

const NO_KEY = { ANTHROPIC_API_KEY: '' };

describe('claude in its own program, in a home where nobody has ever used it,', () => {
  test.concurrent.for([
    ['a key', {}],
    ['a token', { ...NO_KEY, ANTHROPIC_AUTH_TOKEN: 'dummy' }],
    ["a subscription's token", { ...NO_KEY, CLAUDE_CODE_OAUTH_TOKEN: 'dummy' }],
  ] as const)('with %s asks nothing, and goes on after kill -9', async ([, env], { expect, onTestFinished }) => {
    const wishes = { settings, env, fresh: true };
    const stage = await setUp('claude', [step, longStep, theEnd], onTestFinished, wishes);
    const task = await stage.start('tiles', PROMPT, '--driver', 'tui');
    await patiently(async () => markedBy(task).some(({ text }) => text.includes('sleep 300')));
    killAtOnce(task);
    const [ended] = await stage.end(task);
    expect(ended).toMatchObject({ state: 'succeeded', lastMessage: 'All are counted.' });
    expect(ended && kindsOf(ended)).toEqual(['fresh', 'resume']);
    const last = stage.model.turns().at(-1)?.body ?? '';
    expect(last).toContain('tiles-42');
    expect(last.split(PROMPT), 'the prompt is there once').toHaveLength(2);
    expect(await stage.conversations(task)).toHaveLength(1);
    const notes = await readFile(join(stage.home, '.claude.json'), 'utf8');
    expect(notes, 'nothing is answered for the user').not.toMatch(/hasCompletedOnboarding|customApiKeyResponses/);
  });

  test.concurrent('without a login fails with the way to log in', async ({ expect, onTestFinished }) => {
    const { start, end } = await setUp('claude', [], onTestFinished, { settings, env: NO_KEY, fresh: true });
    const [ended] = await end(await start('tiles', PROMPT, '--driver', 'tui'));
    expect(ended).toMatchObject({ state: 'failed', failure: 'auth' });
    expect(ended?.summary).toContain('log in again: claude /login');
  });
});
