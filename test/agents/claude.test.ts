import { describe, expect, test } from 'vitest';
import { claude } from '../../src/agents/claude.ts';
import { ended, failed, folded, hooked, recorded } from './recording.ts';

const chosenId = 'bc1ea664-602e-429d-a006-6c258f88baf7';
const order = { cwd: '/w', taskDir: '/t', permissions: 'workspace', chosenId } as const;

describe('claude', () => {
  test('is started in a conversation of our choice, with its sandbox on and no way around it', () => {
    const { args, ...rest } = claude.print.start({ ...order, model: 'opus' });
    const settings = args.find((word) => word.startsWith('--settings='));
    expect(args.filter((word) => word !== settings)).toEqual([
      ...['-p', '--output-format=stream-json', '--verbose', '--permission-mode=acceptEdits', '--allowedTools=Bash'],
      ...['--model=opus', `--session-id=${chosenId}`],
    ]);
    expect(JSON.parse(settings?.slice('--settings='.length) ?? '')).toMatchObject({
      sandbox: { enabled: true, allowUnsandboxedCommands: false },
    });
    expect(rest).toEqual({}); // IS_SANDBOX, which lets root bypass permissions, is the operator's to set
    expect(claude.chooses(order)).toBe(chosenId);
  });

  test('is resumed by id, which cannot stand beside a chosen one', () => {
    const { args } = claude.print.resume({ ...order, permissions: 'read-only', conversation: chosenId });
    expect(args).toEqual([
      ...['-p', '--output-format=stream-json', '--verbose', '--permission-mode=dontAsk', '--tools=Read,Glob,Grep'],
      ...['--strict-mcp-config', `--resume=${chosenId}`],
    ]);
  });

  test.each([
    [{ HOME: '/h' }, '/h/.claude'],
    [{ HOME: '/h', CLAUDE_CONFIG_DIR: '/c' }, '/c'],
  ])('keeps its transcripts where %j says', (env, home) => {
    expect(claude.transcript({ cwd: '/w', taskDir: '/t', conversation: chosenId, env })).toMatchObject({
      paths: [`${home}/projects/*/${chosenId}.jsonl`],
    });
  });

  test.each([
    [
      'tool',
      ended('All done.', { conversation: chosenId, tools: 1, tokens: { input: 2000, output: 100 }, costUsd: 0.0125 }),
    ],
    ['tool-fails', ended('It failed.', { tools: 1 })],
    ['resume', ended('resumed', { tokens: { input: 1000, output: 50 } })],
    ['429-then-ok', ended('OK after 429.')],
    ['denied-tool', ended('I could not.', { tools: 1, denied: 1 })],
    ['read-only', ended('done', { tools: 4, denied: 3 })],
    ['sandbox-broken', ended('done', { tools: 2, denied: 2 })],
    ['401', failed('auth', /^Invalid API key/)],
    ['not-logged-in', failed('auth', /^Not logged in/)],
    ['credit', failed('billing', /^Credit balance is too low$/)],
    ['404-model', failed('model-not-found', /issue with the selected model/)],
    ['429', failed('rate-limit', /Request rejected \(429\)/)],
    ['429-api-key', failed('rate-limit', /Request rejected \(429\)/)],
    ['500', failed('overloaded', /^API Error: 500/)],
    ['overloaded', failed('overloaded', /^API Error: 529 Overloaded/)],
    ['drop', failed('network', /ECONNRESET/)],
    ['connection-refused', failed('network', /ConnectionRefused/)],
    ['context-window', failed('context-window', /^Prompt is too long/)],
    ['resume-unknown-id', failed('conversation-not-found', /^No conversation found/)],
    ['sigint-in-stream', failed('interrupted', /^interrupted: aborted_streaming$/)],
    ['sigint-in-tool', failed('interrupted', /^interrupted: aborted_tools$/)],
    ['sigkill-in-tool', { turn: 'open', tools: 1, openTools: [{ tool: 'Bash', what: 'sleep 7312' }] }],
  ])('in the recording "%s" adds up to what happened', (name, expected) => {
    expect(folded(claude, name)).toMatchObject(expected);
  });

  test('tells when a usage limit ends, in an event of its own before the failure', () => {
    expect(folded(claude, 'usage-limit').failure).toEqual({
      kind: 'usage-limit',
      message: "You've hit your session limit · resets 2:07am (UTC)",
      resetAt: 1795226868_000,
    });
  });

  test('has no conversation to name where the resume was refused', () => {
    expect(folded(claude, 'resume-unknown-id').conversation).toBeUndefined();
  });

  test('tries again by itself: that is a retry, not an end', () => {
    const retries = recorded(claude, '429').filter(({ type }) => type === 'retrying');
    expect(retries).toHaveLength(10);
    expect(retries[0]).toEqual({ type: 'retrying', message: '429 rate_limit: try 1 of 10' });
  });

  test('shows tools with how they ended', () => {
    const [started, done] = recorded(claude, 'tool-fails').filter(({ type }) => type.startsWith('tool-'));
    expect(started).toMatchObject({ type: 'tool-started', tool: 'Bash', what: 'echo bad >&2; exit 3' });
    expect(done).toMatchObject({ type: 'tool-ended', ok: false, exitCode: 3, output: 'Exit code 3\nbad' });
  });

  test.each([
    ['read-only', ['Bash', 'Write', 'Read']],
    ['denied-tool', ['Bash']],
  ])('names what was denied in "%s"', (name, tools) => {
    const denied = recorded(claude, name).flatMap((event) => (event.type === 'tool-denied' ? [event.tool] : []));
    expect(denied).toEqual(tools);
  });

  test('thinks in blocks of its own', () => {
    const message = {
      content: [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'text', text: 'So.' },
      ],
    };
    expect(claude.print.read({ type: 'assistant', message })).toEqual([
      { type: 'thought', text: 'Hm.' },
      { type: 'message', text: 'So.' },
    ]);
  });

  test('goes on under a limit that is only near, or that credit covers', () => {
    const rate_limit_info = { status: 'allowed_warning', resetsAt: 1795226868 };
    expect(claude.print.read({ type: 'rate_limit_event', rate_limit_info })).toEqual([]);
  });

  test.each([
    ['Error: Session ID 00000000-0000-4000-8000-000000000000 is already in use.', 'conversation-busy'],
    ["error: unknown option '--nonsense'", 'bad-flag'],
    ['--dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons', 'bad-flag'],
    ['Error: sandbox required but unavailable: bubblewrap (bwrap) not installed', 'bad-flag'],
    ["You've hit your weekly limit · resets Nov 23, 7:52am (UTC)", 'usage-limit'],
    ["You've hit your monthly spend limit.", 'billing'],
  ])('fails in known words: %s', (words, kind) => {
    expect(claude.failures.find(({ match }) => match.test(words))?.kind).toBe(kind);
  });
});

describe('its own program', () => {
  const { tui } = claude;
  const terminal = { ...order, hook: "/state/it's/hook.sh" };

  test('begins and goes on with an exact conversation, its hooks beside the sandbox, its prompt in no word', () => {
    const [start, resume] = [tui.start(terminal), tui.resume({ ...terminal, conversation: chosenId })];
    expect(start.args).toContain(`--session-id=${chosenId}`);
    expect(resume.args).toContain(`--resume=${chosenId}`);
    expect(resume.env).toEqual(start.env);
    const settings = JSON.parse(start.args.find((word) => word.startsWith('--settings='))?.slice(11) ?? '');
    expect(settings).toMatchObject({ sandbox: { enabled: true }, skipDangerousModePermissionPrompt: false });
    expect(settings.hooks.Stop).toEqual([{ hooks: [{ type: 'command', command: "'/state/it'\\''s/hook.sh'" }] }]);
    expect(start.args).not.toContain('-p');
  });

  test('tells a turn with its tools by its hooks', () => {
    expect(hooked(claude, 'tool')).toMatchObject(
      ended('All are counted.', { tools: 1, conversation: '0b8a2c9e-7f4d-4d52-9c55-5b7f3c1f6a10' }),
    );
  });

  test.each([
    ['asks', { hook_event_name: 'PermissionRequest', tool_name: 'Bash', tool_input: { command: 'rm x' } }, 'asked'],
    ['fails', { hook_event_name: 'StopFailure', error: 'rate_limit', last_assistant_message: 'no' }, 'turn-failed'],
    [
      'is told by a person to begin anew',
      { hook_event_name: 'SessionStart', source: 'clear', session_id: 'x' },
      undefined,
    ],
    ['ends a hook that we do not know', { hook_event_name: 'Else' }, undefined],
  ])('%s', (_, line, type) => {
    expect(tui.read(line)[0]?.type).toBe(type);
  });

  test.each([
    ["You've hit your session limit · resets 1:23am (UTC)", 'usage-limit'],
    ['API Error: 529 Overloaded', 'overloaded'],
    ['Not logged in · Please run /login', 'auth'],
  ])('fails by "%s" as in print mode', (last_assistant_message, kind) => {
    const [event] = tui.read({ hook_event_name: 'StopFailure', last_assistant_message });
    expect(event).toMatchObject({ type: 'turn-failed', failure: { kind, message: last_assistant_message } });
  });
});
