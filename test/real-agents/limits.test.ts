import { describe, type TestContext, test } from 'vitest';
import { kindsOf, markedBy } from '../e2e/rig.ts';
import { anthropicUnauthorized, claudeUsageLimit, codexUsageLimit, openaiUnauthorized } from './fake-model/presets.ts';
import type { Step } from './fake-model/script.ts';
import { REAL_AGENTS, type RealAgent } from './home.ts';
import { patiently } from './patiently.ts';
import { setUp } from './stage.ts';

const PROMPT = 'Count the tiles of the old harbour.';
const HOUR_S = 3600;

interface Limited {
  readonly agent: RealAgent;
  readonly limit: Step;
  readonly env?: Readonly<Record<string, string>>;
}

async function isWaitedFor({ agent, limit, env }: Limited, { expect, onTestFinished }: TestContext): Promise<void> {
  const beganAt = Date.now();
  const { hf, start } = await setUp(agent, [limit], onTestFinished, env);
  const { name } = await start('tiles', PROMPT);
  await patiently(async () => !['pending', 'starting', 'running'].includes((await hf.task(name)).state));
  const task = await hf.task(name);
  expect(task.state).toBe('rate-limited');
  expect(kindsOf(task)).toEqual(['fresh']);
  const waitMs = Date.parse(task.next?.at ?? '') - beganAt;
  expect(Math.abs(waitMs - HOUR_S * 1000), `${waitMs} ms from now`).toBeLessThan(120_000); // codex tells whole minutes
  expect(markedBy(task)).toEqual([]);
}

describe('a usage limit is waited for until the reset that the agent reports', () => {
  test.concurrent('claude', (context) =>
    isWaitedFor(
      {
        agent: 'claude',
        limit: claudeUsageLimit({ resetsIn: HOUR_S, times: '*' }),
        env: { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'dummy' }, // with a key the same is an ordinary 429
      },
      context,
    ));

  test.concurrent('codex, whose events tell it in words of local time', (context) =>
    isWaitedFor({ agent: 'codex', limit: codexUsageLimit({ resetsIn: HOUR_S, times: '*' }) }, context));
});

describe('a login that is refused ends the task at once', () => {
  const REFUSED: Readonly<Record<RealAgent, Step>> = {
    codex: openaiUnauthorized({ times: '*' }),
    claude: anthropicUnauthorized({ times: '*' }),
    opencode: openaiUnauthorized({ times: '*' }),
    pi: openaiUnauthorized({ times: '*' }),
  };

  test.concurrent.for(REAL_AGENTS)('%s', async (agent, { expect, onTestFinished }) => {
    const env = { CLAUDE_CODE_MAX_RETRIES: '0' }; // else claude tries for three minutes
    const { hf, start } = await setUp(agent, [REFUSED[agent]], onTestFinished, env);
    const { name } = await start('tiles', PROMPT);
    await hf.cli('wait', name, '--timeout', '100s');
    const task = await hf.task(name);
    expect(task).toMatchObject({ state: 'failed', summary: expect.stringMatching(/401|api key/i) });
    expect(kindsOf(task)).toEqual(['fresh']);
  });
});
