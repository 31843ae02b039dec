import { describe, expect, test } from 'vitest';
import { codex } from '../../src/agents/codex.ts';
import { ended, failed, folded, recorded } from './recording.ts';

const order = { cwd: '/w', taskDir: '/t', permissions: 'workspace', chosenId: 'c' } as const;
const conversation = '01a1fb4a-9c85-7483-b196-25e11e7ee3ad';

describe('codex', () => {
  test('is started with the prompt on stdin, in its own sandbox', () => {
    expect(codex.print.start(order).args).toEqual([
      ...['exec', '--json', '--skip-git-repo-check', '--sandbox=workspace-write', '--cd=/w', '-'],
    ]);
  });

  test('is resumed with every flag again, before the word resume', () => {
    const { args } = codex.print.resume({ ...order, permissions: 'full', model: 'gpt', conversation });
    expect(args).toEqual([
      ...['exec', '--json', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '--cd=/w'],
      ...['--model=gpt', 'resume', conversation, '-'],
    ]);
  });

  test.each([
    [{ HOME: '/h' }, '/h/.codex'],
    [{ HOME: '/h', CODEX_HOME: '/c' }, '/c'],
  ])('keeps its rollouts where %j says', (env, home) => {
    expect(codex.transcript({ cwd: '/w', taskDir: '/t', conversation, env })).toMatchObject({
      paths: [`${home}/sessions/*/*/*/rollout-*-${conversation}.jsonl`],
    });
  });

  test.each([
    ['tool', ended('All done.', { conversation, tools: 1, tokens: { input: 2000, output: 100 } })],
    ['tool-fails', ended('It failed.', { tools: 1 })],
    ['resume', ended('resumed', { tokens: { input: 2000, output: 100 } })],
    ['429-then-ok', ended('OK after 429.')],
    ['sandbox-broken', ended('done', { tools: 2, denied: 2 })],
    ['read-only', ended('done', { tools: 1, denied: 1 })],
    ['401', failed('auth', /^unexpected status 401 Unauthorized/)],
    ['no-key', failed('auth', /^Missing environment variable/)],
    ['404-model', failed('model-not-found', /does not exist$/)],
    ['429', failed('rate-limit', /429 Too Many Requests$/)],
    ['usage-limit', failed('usage-limit', /^You’ve hit your usage limit\. .* try again at Nov 21st, 2026 12:30 AM\.$/)],
    ['500', failed('overloaded', /high demand/)],
    ['overloaded', failed('overloaded', /at capacity/)],
    ['drop', failed('network', /^stream disconnected/)],
    ['context-window', failed('context-window', /ran out of room/)],
    ['connection-refused', { turn: 'open' }],
    ['sigint-in-tool', { turn: 'open', tools: 1, openTools: [{ tool: 'command', what: 'sleep 7011' }] }],
  ])('in the recording "%s" adds up to what happened', (name, expected) => {
    expect(folded(codex, name)).toMatchObject(expected);
  });

  test('tries again by itself: that is a retry, not an end', () => {
    expect(recorded(codex, '429-then-ok').filter(({ type }) => type === 'retrying')).toHaveLength(2);
    expect(recorded(codex, 'connection-refused').filter(({ type }) => type === 'retrying')).toHaveLength(2);
  });

  test('shows commands without the shell around them, with how they ended', () => {
    const [started, done] = recorded(codex, 'tool-fails').filter(({ type }) => type.startsWith('tool-'));
    expect(started).toMatchObject({ type: 'tool-started', call: 'item_0', what: 'echo bad >&2; exit 3' });
    expect(done).toMatchObject({ type: 'tool-ended', call: 'item_0', ok: false, exitCode: 3, output: 'bad\n' });
  });

  test.each([
    [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'thought', text: 'Hm.' },
    ],
    [
      { type: 'error', message: 'old' },
      { type: 'warned', message: 'old' },
    ],
    [
      {
        type: 'file_change',
        status: 'completed',
        changes: [
          { path: 'a', kind: 'add' },
          { path: 'b', kind: 'update' },
        ],
      },
      { type: 'tool-ended', tool: 'edit', what: 'a, b', ok: true },
    ],
    [
      { type: 'mcp_tool_call', server: 's', tool: 't', arguments: { query: 'q' }, status: 'failed' },
      { type: 'tool-ended', tool: 's.t', what: 'q', ok: false },
    ],
    [
      { type: 'web_search', query: 'kelp' },
      { type: 'tool-ended', tool: 'web-search', what: 'kelp', ok: true },
    ],
  ])('reads the item %j', (item, event) => {
    expect(codex.print.read({ type: 'item.completed', item })).toMatchObject([event]);
  });

  test('says of a declined command that it was denied', () => {
    const item = { type: 'command_execution', id: 'i', command: 'ls', status: 'declined' };
    expect(codex.print.read({ type: 'item.completed', item })).toContainEqual({
      type: 'tool-denied',
      tool: 'command',
      what: 'ls',
    });
  });

  test.each([
    [
      'Error: thread/resume: thread/resume failed: no rollout found for thread id 01a1 (code -32600)',
      'conversation-not-found',
    ],
    [
      'Error: thread/resume: thread/resume failed: thread 01a1 already has an active writer (code -32600)',
      'conversation-busy',
    ],
    ["error: unexpected argument '--full-auto' found", 'bad-flag'],
  ])('fails on stderr in known words: %s', (words, kind) => {
    expect(codex.failures.find(({ match }) => match.test(words))?.kind).toBe(kind);
  });
});
