import { describe, expect, test } from 'vitest';
import { pi } from '../../src/agents/pi.ts';
import { ended, failed, folded, hooked, recorded } from './recording.ts';

const order = { cwd: '/w', taskDir: '/t', permissions: 'workspace', chosenId: 'c' } as const;
const conversation = '01a1fb4a-c642-70c0-9307-21b80619bf26';

describe('pi', () => {
  test("begins and goes on with the same words: the conversation is a file in the task's directory", () => {
    const args = ['-p', '--mode', 'json', '--session', '/t/conversation.jsonl'];
    expect(pi.print.start(order)).toEqual({ args });
    expect(pi.print.resume({ ...order, conversation })).toEqual({ args });
  });

  test('reads with the tools that only read', () => {
    expect(pi.print.start({ ...order, permissions: 'read-only', model: 'a/b' }).args.slice(5)).toEqual([
      ...['--tools', 'read,grep,find,ls', '--model', 'a/b'],
    ]);
  });

  test('is resumed only where its file is there and of this conversation: else it opens a new one there', () => {
    expect(pi.transcript({ cwd: '/w', taskDir: '/t', conversation, env: {} })).toEqual({
      ...{ kind: 'files', paths: ['/t/conversation.jsonl'], holds: [`"id":"${conversation}"`] },
    });
  });

  test.each([
    ['tool', ended('All done.', { conversation, tools: 1, tokens: { input: 2000, output: 100 }, costUsd: 0.0022 })],
    ['tool-fails', ended('It failed.', { tools: 1 })],
    ['resume', ended('resumed', { tokens: { input: 1000, output: 50 } })],
    ['429-then-ok', ended('OK after 429.')],
    ['drop-then-ok', ended('OK after drop.')],
    ['read-only', ended('done', { tools: 3, denied: 2 })],
    ['401', failed('auth', /^401 Incorrect API key/)],
    ['404-model', failed('model-not-found', /^404 The model/)],
    ['429', failed('rate-limit', /^429 Rate limit reached/)],
    ['quota', failed('billing', /^429 You exceeded your current quota/)],
    ['500', failed('overloaded', /^500 /)],
    ['overloaded', failed('overloaded', /^503 /)],
    ['drop', failed('network', /^terminated$/)],
    ['connection-refused', failed('network', /^Connection error\.$/)],
    ['context-window', failed('context-window', /^400 Your input exceeds/)],
    ['sigkill-in-tool', { turn: 'open', tools: 1, openTools: [{ tool: 'bash', what: 'sleep 7314' }] }],
  ])('in the recording "%s" adds up to what happened', (name, expected) => {
    expect(folded(pi, name)).toMatchObject(expected);
  });

  test('gets over an error by itself, and that failure is forgotten', () => {
    const types = recorded(pi, 'drop-then-ok').map(({ type }) => type);
    expect(types.indexOf('retrying')).toBeGreaterThan(types.indexOf('turn-failed'));
    expect(types.lastIndexOf('turn-ended')).toBeGreaterThan(types.indexOf('retrying'));
    expect(folded(pi, 'drop-then-ok')).not.toHaveProperty('failure');
  });

  test('was interrupted where its last message says so', () => {
    const message = { role: 'assistant', content: [], stopReason: 'aborted', errorMessage: 'Operation aborted' };
    expect(pi.print.read({ type: 'message_end', message })).toContainEqual({
      ...{ type: 'turn-failed', failure: { kind: 'interrupted', message: 'Operation aborted' } },
    });
  });

  test('shows tools with how they ended', () => {
    const [started, done] = recorded(pi, 'tool-fails').filter(({ type }) => type.startsWith('tool-'));
    expect(started).toMatchObject({ type: 'tool-started', tool: 'bash', what: 'echo bad >&2; exit 3' });
    expect(done).toMatchObject({ type: 'tool-ended', tool: 'bash', ok: false, exitCode: 3 });
  });

  test('thinks and speaks in blocks of one message', () => {
    const content = [
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'text', text: 'So.' },
    ];
    expect(pi.print.read({ type: 'message_end', message: { role: 'assistant', content, stopReason: 'stop' } })).toEqual(
      [
        { type: 'thought', text: 'Hm.' },
        { type: 'message', text: 'So.' },
        { type: 'usage', counts: 'step', input: 0, output: 0 },
        { type: 'turn-ended', text: 'So.' },
      ],
    );
  });

  test.each([
    ["No session found matching '01a1'", 'conversation-not-found'],
    ['Error: Unknown option: --nonsense', 'bad-flag'],
    ['No API key found for the selected model.', 'auth'],
    ['Error: Model "nope/none" not found. Use --list-models to see available models.', 'model-not-found'],
    ['429 You exceeded your current quota, please check your plan. Please retry in 34.07s.', 'rate-limit'],
    ['You have hit your ChatGPT usage limit (plus plan). Try again in ~90 min.', 'usage-limit'],
  ])('fails in known words: %s', (words, kind) => {
    expect(pi.failures.find(({ match }) => match.test(words))?.kind).toBe(kind);
  });
});

describe('a usage limit, in the words of pi-ai 0.73.1 for a login with ChatGPT', () => {
  const AT = Date.UTC(2026, 10, 21, 23, 0);

  test.each([
    ['You have hit your ChatGPT usage limit (plus plan). Try again in ~90 min.', '2026-11-22T00:30:30.000Z'],
    ['You have hit your ChatGPT usage limit. Try again in ~8640 min.', '2026-11-27T23:00:30.000Z'],
    ['You have hit your ChatGPT usage limit (pro plan). Try again in ~1 min.', '2026-11-21T23:01:30.000Z'],
    ['You have hit your ChatGPT usage limit (pro plan). Try again in ~0 min.', '2026-11-21T23:00:30.000Z'], // it has come
    ['You have hit your ChatGPT usage limit (free plan).', undefined],
    ['429 Rate limit reached for gpt. Please try again in 2s.', undefined],
    ['Try again in ~90 min.', undefined],
  ])('ends when it says: %s', (words, expected) => {
    const resetAt = pi.resetAt?.(words, AT);
    expect(resetAt && new Date(resetAt).toISOString()).toBe(expected);
  });
});

describe('its own program', () => {
  const { tui } = pi;
  const terminal = { ...order, hook: '/state/hook.sh' };

  test('begins and goes on with the same words too, and an extension that brings the prompt', () => {
    const { args } = tui.start(terminal);
    expect(args).toEqual([
      '--extension',
      expect.stringMatching(/\/hooks\/pi\.js$/),
      '--session',
      '/t/conversation.jsonl',
    ]);
    expect(tui.resume({ ...terminal, conversation }).args).toEqual(args);
  });

  test('tells a turn with its tools by the extension', () => {
    expect(hooked(pi, 'tool')).toMatchObject(
      ended('All are counted.', { tools: 1, conversation: '01a1fca0-83ef-7018-8e01-6736b2d30050' }),
    );
  });

  test('is interrupted by a person without failing', () => {
    const message = { role: 'assistant', content: [], stopReason: 'aborted', errorMessage: 'Operation aborted' };
    expect(tui.read({ type: 'message_end', message }).map(({ type }) => type)).toEqual(['usage', 'warned']);
  });
});
