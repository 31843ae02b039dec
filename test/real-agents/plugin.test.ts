import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { setUpCaller } from './caller.ts';
import { reply } from './fake-model/script.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const theEnd = reply({ text: 'There is one task.' });
const asks = (name: string) => reply({ tools: [{ name, args: {} }] });

describe('the plugin', () => {
  test.for(['plugin.json', 'marketplace.json'])('has a valid %s', async (name, { onTestFinished }) => {
    const { run } = await setUpCaller('claude', [], onTestFinished);
    const manifest = join(REPOSITORY, '.claude-plugin', name);
    expect(await run('plugin', 'validate', '--strict', manifest)).toContain('Validation passed');
  });

  test('gives claude the skill and the tools', async ({ onTestFinished }) => {
    const tool = 'mcp__plugin_holdfast_holdfast__task_list';
    const { hf, model, run } = await setUpCaller('claude', [asks(tool), theEnd], onTestFinished);
    await hf.start('quillwort', ['@wait go']);
    await run('-p', 'What is at work?', '--plugin-dir', REPOSITORY, `--allowedTools=${tool}`);
    const [first, second] = model.turns();
    expect(first?.body).toContain('unattended in tmux, resumed after crashes');
    expect(second?.body).toMatch(/"type":"tool_result".*quillwort/s);
  });
});
