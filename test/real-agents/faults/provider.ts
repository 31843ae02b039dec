import { expect } from 'vitest';
import {
  anthropicNoSuchModel,
  anthropicOverloaded,
  anthropicQuota,
  anthropicUnauthorized,
  claudeUsageLimit,
  codexUsageLimit,
  openaiNoSuchModel,
  openaiQuota,
  openaiRateLimit,
  openaiServerError,
  openaiUnauthorized,
} from '../fake-model/presets.ts';
import type { Condition, Step } from '../fake-model/script.ts';
import type { RealAgent } from '../home.ts';
import { patiently } from '../patiently.ts';
import {
  type Expected,
  endOnceResumed,
  type Fault,
  failedBy,
  halfAnswer,
  OUTPUT,
  PROMPT,
  resumedAfter,
  step,
  theEnd,
} from './fault.ts';

const HOUR_S = 3600;
const RETRY_AFTER_S = 3;

/** Always: an agent's own tries meet it too. */
const ALWAYS: Condition = { times: '*' };

const inWordsOf = (
  agent: RealAgent,
  words: { openai: (when: Condition) => Step; anthropic: (when: Condition) => Step },
) => (agent === 'claude' ? words.anthropic : words.openai)(ALWAYS);

/** The provider refuses after the first step, and every time. */
const refused = (
  what: string,
  words: { openai: (when: Condition) => Step; anthropic: (when: Condition) => Step },
  failure: Expected,
): Fault => ({
  what,
  steps: (agent) => [step, inWordsOf(agent, words)],
  expected: () => failure,
});

/** Made when it is needed: the time of the reset is in it. */
const limits: Readonly<Record<RealAgent, () => Step>> = {
  codex: () => codexUsageLimit({ resetsIn: HOUR_S }),
  claude: () => claudeUsageLimit({ resetsIn: HOUR_S }),
  opencode: () => openaiRateLimit({ retryAfter: RETRY_AFTER_S }),
  pi: () => openaiRateLimit({ retryAfter: RETRY_AFTER_S }),
};
/** Of the others the CLI knows no limit with an end: it waits out `Retry-After` by itself, and says nothing of it. */
const knowsLimits = (agent: RealAgent): boolean => agent === 'codex' || agent === 'claude';

/** What a model's provider does to an agent. */
export const providerFaults: readonly Fault[] = [
  {
    what: 'connection cut',
    slow: true, // opencode tries for more than a minute
    steps: () => [step, endOnceResumed, halfAnswer('drop', ALWAYS)],
    expected: () => resumedAfter('network'),
  },
  {
    what: '429 with reset',
    steps: (agent) => [step, limits[agent](), theEnd],
    befalls: async ({ hf, model }, { name }, agent) => {
      if (!knowsLimits(agent)) {
        await patiently(() => model.turns().length === 3);
        const [, before = 0, after = 0] = model.turns().map(({ at }) => at);
        expect(after - before, 'ms from the refusal to the next try').toBeGreaterThan(RETRY_AFTER_S * 900);
        return undefined;
      }
      await patiently(async () => (await hf.task(name)).state === 'rate-limited');
      const { next, attempt } = await hf.task(name);
      const waitMs = Date.parse(next?.at ?? '') - Date.now();
      expect(Math.abs(waitMs - HOUR_S * 1000), `${waitMs} ms from now`).toBeLessThan(120_000); // codex tells whole minutes
      expect(attempt).toBe(1);
      await hf.json('retry', name); // an hour is too long for a test
      return undefined;
    },
    expected: (agent) =>
      knowsLimits(agent)
        ? { ...resumedAfter('usage-limit'), requests: 3 }
        : {
            state: 'succeeded',
            lives: ['fresh'],
            noticed: ['exited', /exit 0 and the final event/],
            told: [PROMPT, OUTPUT],
            requests: 3,
            because: `${agent} knows no usage limit and waits out Retry-After itself, in silence`,
          },
    env: { CLAUDE_CODE_OAUTH_TOKEN: 'dummy', ANTHROPIC_API_KEY: '' }, // with a key the same is an ordinary 429
  },
  refused('401', { openai: openaiUnauthorized, anthropic: anthropicUnauthorized }, failedBy('auth', /log in again/)),
  {
    what: '500 or 529',
    steps: (agent) => [
      step,
      endOnceResumed,
      inWordsOf(agent, { openai: openaiServerError, anthropic: anthropicOverloaded }),
    ],
    expected: () => resumedAfter('overloaded'),
  },
  refused(
    'model not found',
    { openai: openaiNoSuchModel, anthropic: anthropicNoSuchModel },
    failedBy('model-not-found'),
  ),
  refused('no money left', { openai: openaiQuota, anthropic: anthropicQuota }, failedBy('billing')),
];
