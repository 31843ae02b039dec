import { describe, expect, test } from 'vitest';
import { codex } from '../../src/agents/codex.ts';
import { trustedHooks } from '../../src/agents/codex-hooks.ts';
import { openQuestions } from '../../src/domain/asked.ts';
import type { AgentEvent } from '../../src/domain/event.ts';
import { advance, noProgress } from '../../src/domain/progress.ts';
import { ended, failed, hooked } from './recording.ts';

const conversation = '01a1fb4a-9c85-7483-b196-25e11e7ee3ad';
const order = {
  cwd: '/work/my "project"',
  taskDir: '/t',
  permissions: 'workspace',
  chosenId: 'c',
  hook: "/state/it's/hook.sh",
} as const;
const { tui } = codex;

/** The settings that it is given in its words. */
const settingsIn = (args: readonly string[]): readonly string[] => args.filter((_, at) => args[at - 1] === '-c');

describe("codex's own program", () => {
  test('begins with a fixed sentence: the task comes from a hook, and stands in no word', () => {
    const { args, env } = tui.start(order);
    expect(args.slice(-2)).toEqual(['--', 'Carry out the task that is given above.']);
    expect(settingsIn(args)[0]).toContain(`command="'/state/it'\\\\''s/hook.sh' give"`);
    expect(settingsIn(args)[0]).toMatch(/again",timeout=600,additionalContextLimit=10000000}],matcher="compact"}]$/);
    expect(env).toBeUndefined();
  });

  test('goes on with exactly this conversation, under every flag again', () => {
    const [start, { args }] = [tui.start(order), tui.resume({ ...order, conversation })];
    expect(args).toEqual(['resume', ...start.args.slice(0, -2), conversation, ...start.args.slice(-2)]);
  });

  test.each([
    ['read-only', ['--sandbox=read-only', '--cd=/work/my "project"', '--ask-for-approval=never']],
    ['workspace', ['--sandbox=workspace-write', '--cd=/work/my "project"', '--ask-for-approval=on-request']],
    ['full', ['--dangerously-bypass-approvals-and-sandbox', '--cd=/work/my "project"']],
  ] as const)('runs at %s in its sandbox, with the hooks of nobody else, and with no daemon', (permissions, flags) => {
    const { args } = tui.start({ ...order, permissions });
    expect(args.slice(0, args.indexOf('-c'))).toEqual([...flags, '--disable=daemon_auto_start']);
    expect(args.join(' ')).not.toContain('hook-trust');
  });

  test('is asked about nothing: not the directory, not a newer model, not an update', () => {
    const settings = settingsIn(tui.start(order).args);
    expect(settings).toContain('projects={"/work/my \\"project\\""={trust_level="trusted"}}');
    expect(settings).toContain('check_for_update_on_startup=false');
    expect(settings.find((setting) => setting.startsWith('notice.'))).toContain('"gpt-5.5"="gpt-6-sol"');
  });

  test('takes our hooks for reviewed by the hash that it makes of them itself', () => {
    // as its `hooks/list` gave them for these two (0.169.0, 2026-11-27)
    const [start, stop, state] = trustedHooks([
      {
        ...{ event: 'SessionStart', key: 'session_start', command: '/tmp/h2lab/give.sh' },
        ...{ matcher: 'startup|resume', contextLimit: 10_000_000 },
      },
      { event: 'Stop', key: 'stop', command: '/tmp/h2lab/hook.sh' },
    ]);
    expect(start).toBe(
      'hooks.SessionStart=[{hooks=[{type="command",command="/tmp/h2lab/give.sh",timeout=600,additionalContextLimit=10000000}],matcher="startup|resume"}]',
    );
    expect(stop).toBe('hooks.Stop=[{hooks=[{type="command",command="/tmp/h2lab/hook.sh",timeout=600}]}]');
    expect(state).toBe(
      'hooks.state={"/<session-flags>/config.toml:session_start:0:0"={trusted_hash="sha256:de861abbc9e4135c7eed40fcbf00f48cccc000d092e5c10040e5d68a792b3e19"},"/<session-flags>/config.toml:stop:0:0"={trusted_hash="sha256:63c26f9636c9e08cd1a8a6a3758ff50997e80a7c84e10797fe660e563a53b626"}}',
    );
  });

  test('takes each of several hooks of one event by its place', () => {
    const hook = { event: 'SessionStart', key: 'session_start', command: 'x' };
    const [start, state] = trustedHooks([hook, { ...hook, matcher: 'compact' }]);
    expect(start).toMatch(/^hooks.SessionStart=\[{hooks=\[{[^{}]+}\]},{hooks=\[{[^{}]+}\],matcher="compact"}\]$/);
    expect(state?.match(/session_start:\d:\d/g)).toEqual(['session_start:0:0', 'session_start:1:0']);
  });

  test('names no conversation when one is made shorter: a person may have opened that', () => {
    const line = { hook_event_name: 'SessionStart', session_id: conversation };
    expect(tui.read({ ...line, source: 'startup' })).toEqual([{ type: 'conversation', id: conversation }]);
    expect(tui.read({ ...line, source: 'compact' })).toEqual([]);
  });

  test.each([
    [
      'tool',
      ended('All are counted.', {
        ...{ tools: 1, conversation: '01a21aff-5372-7aa0-8c9b-8b57fba46fbb' },
        tokens: { input: 2000, output: 100 },
      }),
    ],
    [
      'usage-limit',
      {
        ...failed('usage-limit', /^You’ve hit your usage limit\. .* try again at 4:14 AM\.$/),
        limitResetAt: 1_795_752_849_000,
        tokens: { input: 0, output: 0 },
      },
    ],
    ['helper', ended('z2', { tools: 3 })], // of its own; that of the helper is not counted
    ['asks-and-is-refused', ended('All are counted.', { tools: 1, questions: 1, conversation: expect.any(String) })],
  ])('tells by its hooks, and by its rollout, in the recording "%s"', (name, expected) => {
    expect(hooked(codex, name)).toMatchObject(expected);
  });

  test('has the end of a limit to the second from its rollout, not to the minute from its words', () => {
    expect(hooked(codex, 'usage-limit').failure).toMatchObject({ resetAt: 1_795_752_849_000 });
  });

  test.each([
    [
      'Bash',
      { command: 'touch /etc/x', description: 'May I?' },
      { question: 'may it use Bash? touch /etc/x (May I?)', what: 'touch /etc/x' },
      'touch /etc/x',
    ],
    [
      'apply_patch',
      { command: '*** Begin Patch\n*** Update File: a.txt\n*** Move to: b.txt\n-*** Add File: no\n+x\n*** End Patch' },
      { question: 'may it use apply_patch? a.txt ⏎ b.txt', what: 'a.txt\nb.txt' },
      '*** Begin Patch *** Update File: a.txt *** Move to: b.txt -*** Add File: no +x *** End Patch',
    ],
    ['mcp__x__y', { q: 1 }, { question: 'may it use mcp__x__y? {"q":1}', what: '{"q":1}' }, '{"q":1}'],
  ])(
    'asks whether it may use %s, for what it says that it would do',
    (tool_name, tool_input, { question, what }, call) => {
      expect(tui.read({ hook_event_name: 'PermissionRequest', tool_name, tool_input })).toEqual([
        {
          ...{ type: 'asked', question, choices: ['yes', 'no'] },
          approval: { tool: tool_name, what, grant: 'yes', refuse: 'no' },
          of: { tool: tool_name, what: call },
        },
      ]);
    },
  );

  test.each([
    ['a turn that ended well, of which a hook has told', { type: 'task_complete', error: null }, []],
    ['a turn that failed', { type: 'task_complete', error: { message: 'at capacity' } }, ['turn-failed']],
    ['tokens', { type: 'token_count', info: { total_token_usage: { input_tokens: 1 } } }, ['usage']],
    ['no tokens', { type: 'token_count', info: null, rate_limits: null }, []],
    [
      'a quota that is not used up',
      { type: 'token_count', info: null, rate_limits: { primary: { used_percent: 99, resets_at: 7 } } },
      [],
    ],
    ['a turn that a person interrupted', { type: 'turn_aborted', reason: 'interrupted' }, []],
  ])('has in its rollout %s', (_, payload, types) => {
    const line = { type: 'event_msg', payload };
    expect(tui.read(line).map(({ type }) => type)).toEqual(types);
    expect(tui.untold?.belongs(line)).toBe(types.length > 0);
  });

  test('waits for the later of two quotas that are used up', () => {
    const rate_limits = {
      primary: { used_percent: 100, resets_at: 7 },
      secondary: { used_percent: 100, resets_at: 9 },
    };
    expect(tui.read({ type: 'event_msg', payload: { type: 'token_count', rate_limits } })).toEqual([
      { type: 'limit', resetAt: 9000 },
    ]);
  });

  test('has ended its turn although a helper works on, and asks what the helper asks', () => {
    const helper = { agent_id: '01a2', tool_name: 'Bash', tool_input: { command: 'ls' } };
    const types = ['PreToolUse', 'PostToolUse', 'PermissionRequest'].map((hook_event_name) =>
      tui.read({ ...helper, hook_event_name }).map(({ type }) => type),
    );
    expect(types).toEqual([[], ['replied'], ['asked']]);
  });

  describe('with a helper that asks beside it', () => {
    const hook = (hook_event_name: string, command: string, more: object = {}) =>
      tui.read({ hook_event_name, tool_name: 'Bash', tool_input: { command }, ...more });
    const helper = { agent_id: '01a2' };
    const asks = [
      ...tui.read({ hook_event_name: 'UserPromptSubmit' }),
      ...hook('PreToolUse', 'make deploy', { tool_use_id: 'call_1' }),
      ...hook('PermissionRequest', 'make deploy'),
    ];
    const bothAsk = [
      ...asks,
      ...hook('PreToolUse', 'pwd', { ...helper, tool_use_id: 'call_2' }),
      ...hook('PermissionRequest', 'pwd', helper),
    ];
    const open = (events: readonly AgentEvent[]) =>
      openQuestions(events.reduce(advance, noProgress)).map(({ approval }) => approval?.what);

    test.each([
      ['both questions stand, its own first', [], ['make deploy', 'pwd']],
      ['its own has ended', hook('PostToolUse', 'make deploy', { tool_use_id: 'call_1' }), ['pwd']],
      ['another call of its own begins', hook('PreToolUse', 'ls', { tool_use_id: 'call_3' }), ['make deploy', 'pwd']],
      ['that of the helper has ended', hook('PostToolUse', 'pwd', helper), ['make deploy']],
      ['another call of the helper has ended', hook('PostToolUse', 'ls', helper), ['make deploy', 'pwd']],
      [
        'the same call of another helper has ended',
        hook('PostToolUse', 'pwd', { agent_id: '7' }),
        ['make deploy', 'pwd'],
      ],
    ])('%s', (_, events, expected) => {
      expect(open([...bothAsk, ...events])).toEqual(expected);
    });

    test('a question of an edit, of which no call has told, stands too', () => {
      const edit = { hook_event_name: 'PermissionRequest', tool_name: 'apply_patch', tool_input: { command: 'x' } };
      const asksToEdit = tui.read(edit);
      expect(open([...asksToEdit, ...hook('PermissionRequest', 'pwd', helper)])).toEqual(['x', 'pwd']);
      expect(open([...asksToEdit, ...hook('PostToolUse', 'pwd', helper)])).toEqual(['x']);
    });

    test.each([
      ['when it asks', ['PermissionRequest'], ['pwd']],
      ['when its call has ended', ['PermissionRequest', 'PostToolUse'], []],
    ])('an ended turn stays ended %s', (_, names, expected) => {
      const over = [...tui.read({ hook_event_name: 'Stop' }), ...names.flatMap((name) => hook(name, 'pwd', helper))];
      expect(over.reduce(advance, noProgress).turn).toBe('ended');
      expect(open(over)).toEqual(expected);
    });

    test.each(['Stop', 'UserPromptSubmit'])('its question is not over with the turn of another: %s', (name) => {
      expect(open([...bothAsk, ...tui.read({ hook_event_name: name })])).toEqual(['pwd']);
    });
  });

  test('that was not handed its task has failed before it began', () => {
    expect(tui.read({ hook_event_name: 'PromptNotGiven' })).toMatchObject([{ type: 'turn-failed' }]);
  });

  test('is not said to have ended a command well: its hook tells no exit code', () => {
    const line = { hook_event_name: 'PostToolUse', tool_name: 'Bash', tool_input: { command: 'npm test' } };
    expect(tui.read({ ...line, tool_response: '1 failed' })).toMatchObject([{ type: 'tool-ended', untold: true }]);
  });

  test('counts a command that its sandbox stopped as denied', () => {
    const line = { hook_event_name: 'PostToolUse', tool_name: 'Bash', tool_input: { command: 'ls' } };
    const types = tui.read({ ...line, tool_response: 'bwrap: no namespaces' }).map(({ type }) => type);
    expect(types).toEqual(['tool-ended', 'tool-denied']);
  });
});
