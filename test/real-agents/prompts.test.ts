import { createHash } from 'node:crypto';
import { describe, test } from 'vitest';
import { reply } from './fake-model/script.ts';
import { REAL_AGENTS, type RealAgent } from './home.ts';
import { setUp } from './stage.ts';

const MARK = 'quillwort-2207';
const HOSTILE = `"it's" \`touch pwned\` $(touch pwned) \${HOME} %s \\n \\\\ ; | & > pwned * ~ !! <b>&amp;</b> @file /help #x\r\n結 🪢 e\u0301 é \u2028 \u202e\ttab  \r\n\n`;
const SIZE = 200_000;
const PROMPT = `- ${MARK}: count the tiles.\r\n${HOSTILE.repeat(SIZE / Buffer.byteLength(HOSTILE) + 1)} the end \r\n\n`;
const MORE = `\r\n\n  --${MARK} and the anchors \r\n${HOSTILE}`;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What an agent makes of a prompt. pi 0.73.1 takes away the white space around what it reads from standard input. */
const made = (agent: RealAgent, prompt: string): string => (agent === 'pi' ? prompt.trim() : prompt);

describe('200 kB of what a shell, a terminal or an editor would change reach the model to the byte,', () => {
  test.concurrent.for(REAL_AGENTS)('and so does what is asked later, by %s', async (agent, context) => {
    const { expect, onTestFinished } = context;
    const steps = [reply({ text: 'There are 42.' }), reply({ text: 'And 7 anchors.' })];
    const { hf, model, start, end } = await setUp(agent, steps, onTestFinished);
    expect(Buffer.byteLength(PROMPT)).toBeGreaterThan(SIZE);
    const task = await start('tiles', PROMPT);
    const [first] = await end(task);
    expect(first).toMatchObject({ state: 'succeeded', prompt: { sha256: sha256(PROMPT) } });
    expect(await hf.begin({ stdin: MORE }, 'retry', 'tiles', '--prompt-file', '-')).toMatchObject({ code: 0 });
    const [second] = await end(task);
    expect(second).toMatchObject({ state: 'succeeded', lastMessage: 'And 7 anchors.' });
    const told = model.turns().map(({ body }) => stringsIn(JSON.parse(body)).filter((text) => text.includes(MARK)));
    const [prompt, more] = [sha256(made(agent, PROMPT)), sha256(made(agent, MORE))];
    expect(told.map((texts) => texts.map(sha256))).toEqual([[prompt], [prompt, more]]);
  });
});

/** Every string of a request, wherever its wire format has it. */
function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
