import { describe, expect, test } from 'vitest';
import { claude } from '../../src/agents/claude.ts';

const chosenId = 'bc1ea664-602e-429d-a006-6c258f88baf7';
const terminal = { cwd: '/w', taskDir: '/t', permissions: 'workspace', chosenId, hook: '/state/hook.sh' } as const;
const KEY = { ANTHROPIC_API_KEY: 'sk-ant-api03-0123456789abcdefghij' };
const NOTED = '0123456789abcdefghij';
const used = { hasCompletedOnboarding: true };
const helper = 'printenv ANTHROPIC_API_KEY';

const launched = (env?: Readonly<Record<string, string>>, notes?: unknown) => {
  const [start, resume] = [claude.tui.start, claude.tui.resume].map((launch) =>
    launch({ ...terminal, conversation: chosenId, ...(env ? { env } : {}), notes }),
  );
  expect(resume?.env).toEqual(start?.env);
  const words = start?.args.find((word) => word.startsWith('--settings='))?.slice('--settings='.length);
  return { asksNothing: start?.env?.IS_DEMO, helper: JSON.parse(words ?? '{}').apiKeyHelper };
};

describe("claude's own program", () => {
  test.each([
    ['in a home where nobody has used it', {}, undefined, { asksNothing: '1' }],
    ['beside notes that are none', {}, 'x', { asksNothing: '1' }],
    ['in such a home with a key', KEY, {}, { asksNothing: '1', helper }],
    ['in one that was used', {}, used, {}],
    ['where a key was never seen', KEY, used, { asksNothing: '1', helper }],
    ['where its key is empty', { ANTHROPIC_API_KEY: '' }, used, {}],
    ['where its key was approved', KEY, { ...used, customApiKeyResponses: { approved: [NOTED] } }, {}],
    ['where its key was refused', KEY, { ...used, customApiKeyResponses: { rejected: [NOTED] } }, {}],
    [
      'in a home where nobody has used it, and its key was refused',
      KEY,
      { customApiKeyResponses: { rejected: [NOTED] } },
      { asksNothing: '1' },
    ],
    ['asks who is logged in and brings a key: one of them pays', KEY, { ...used, oauthAccount: {} }, {}],
    ['that is not to be launched', undefined, undefined, {}],
  ])('%s', (_, env, notes, expected) => {
    expect(launched(env, notes)).toEqual({ asksNothing: undefined, helper: undefined, ...expected });
  });

  test.each([
    [{ HOME: '/h' }, ['/h/.claude/.config.json', '/h/.claude.json']],
    [{ HOME: '/h', CLAUDE_CONFIG_DIR: '/c' }, ['/c/.config.json', '/c/.claude.json']],
  ])('has its notes where %j says', (env, paths) => {
    expect(claude.tui.notes?.(env)).toEqual(paths);
  });
});
