import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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

  test.concurrent('asks for a permission as ever', async ({ expect, onTestFinished }) => {
    const outside = await mkdtemp(join(tmpdir(), 'holdfast-outside-'));
    onTestFinished(() => rm(outside, { recursive: true }));
    const path = join(outside, 'made.txt');
    const steps = [reply({ text: 'I write.', write: { path, content: 'tiles' } }), theEnd];
    const { hf, start, end } = await setUp('claude', steps, onTestFinished, { settings, fresh: true });
    const task = await start('tiles', PROMPT, '--driver', 'tui');
    await patiently(async () => (await hf.task(task.name)).state === 'waiting-input');
    expect((await hf.task(task.name)).question?.text).toContain(path);
    expect(await hf.cli('answer', task.name, 'yes')).toMatchObject({ code: 0 });
    const [ended] = await end(task);
    expect(ended?.state).toBe('succeeded');
    expect(await readFile(path, 'utf8')).toContain('tiles');
  });

  test.concurrent('without a login fails with the way to log in', async ({ expect, onTestFinished }) => {
    const { start, end } = await setUp('claude', [], onTestFinished, { settings, env: NO_KEY, fresh: true });
    const [ended] = await end(await start('tiles', PROMPT, '--driver', 'tui'));
    expect(ended).toMatchObject({ state: 'failed', failure: 'auth' });
    expect(ended?.summary).toContain('log in again: claude /login');
  });
});

test.concurrent('claude that knows its home, and meets a key that it does not know, asks nothing', async (context) => {
  const { expect, onTestFinished } = context;
  const { home, start, end } = await setUp('claude', [theEnd], onTestFinished, { settings, fresh: true });
  await writeFile(join(home, '.claude.json'), JSON.stringify({ hasCompletedOnboarding: true, theme: 'light' }));
  const [ended] = await end(await start('tiles', PROMPT, '--driver', 'tui'));
  expect(ended).toMatchObject({ state: 'succeeded', lastMessage: 'All are counted.' });
});

describe.each(['codex', 'pi'] as const)('%s in its own program, in a home where nobody has ever used it,', (agent) => {
  test.concurrent('fails with the way to log in', async ({ expect, onTestFinished }) => {
    const { hf, start, end } = await setUp(agent, [], onTestFinished, { settings, fresh: true });
    const [ended] = await end(await start('tiles', PROMPT, '--driver', 'tui'));
    expect(ended).toMatchObject({ state: 'failed', failure: 'auth' });
    expect(ended?.summary).toContain('its screen asks for a login (log in again: ');
    expect((await hf.cli('explain', 'tiles')).stdout).toContain('logged out ');
  });
});
