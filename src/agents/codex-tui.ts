import type { Permissions, TerminalFace, TerminalOrder, Untold } from '../domain/agent.ts';
import type { AgentEvent } from '../domain/event.ts';
import { failureIn } from '../domain/failure.ts';
import { codexFailures } from './codex-failures.ts';
import { type CodexHook, toml, trustedHooks } from './codex-hooks.ts';
import { named, UUID } from './conversation.ts';
import { about, count, fields, number, text } from './json.ts';
import { permissionFor, whole } from './permission.ts';
import { refused } from './sandbox.ts';

// Codex's program for people, measured with 0.169.0 on 2026-11-27. It takes a prompt only as an argument or from the keyboard: a
// hook of ours hands it the task before the fixed sentence that is its argument. Of a failed turn no hook tells, nor of tokens:
// those come from its rollout.

const SENTENCE = 'Carry out the task that is given above.';

/** Its own default would cut a long task off. 300 kB came whole. */
const CONTEXT_LIMIT = 10_000_000;

/** `never` where it must not write: at `on-request` a person would be asked for each edit. */
const APPROVALS: Readonly<Record<Permissions, readonly string[]>> = {
  'read-only': ['--ask-for-approval=never'],
  workspace: ['--ask-for-approval=on-request'],
  full: [],
};

/** Models that it would offer a successor for at each start; the offer is taken for declined only where it names exactly that one. */
const SUCCESSORS = [
  ...['gpt-5.6-sol', 'gpt-5.6-terra', 'gpt-5.5'].map((model) => [model, 'gpt-6-sol']),
  ['gpt-5.6-luna', 'gpt-6-luna'],
]
  .map(([model, successor]) => `"${model}"="${successor}"`)
  .join(',');

/** Its program for people. `flags` are those that both ways share. */
export function codexTerminal(flags: (order: TerminalOrder) => readonly string[]): TerminalFace {
  const words = (order: TerminalOrder): readonly string[] => [
    ...flags(order),
    ...APPROVALS[order.permissions],
    '--disable=daemon_auto_start', // a daemon would do the work, with the environment of whoever came first
    ...settings(order).flatMap((setting) => ['-c', setting]),
  ];
  return {
    start: (order) => ({ args: [...words(order), '--', SENTENCE] }),
    resume: (order) => ({ args: ['resume', ...words(order), order.conversation, '--', SENTENCE] }),
    read,
    prompt: 'file',
    untold,
    keys: { yes: ['y'], no: ['Escape'] },
    menus: 'arrows',
    row: ({ tool, what }) => (tool === 'Bash' && SURE_COMMAND.test(what) ? `$ ${what}` : undefined),
    heading: /^ *(?:Would you like|Do you want) [^\n]*\? *$/m,
    refused: 'That was refused. Go on without it, or say why you cannot.',
  };
}

/** One that its dialog shows whole in a row of its own; of edits it shows no row that the hook's words are known to give. */
const SURE_COMMAND = /^[!-~](?:[ -~]{0,98}[!-~])?$/;

const settings = ({ cwd, hook }: TerminalOrder): readonly string[] => [
  ...trustedHooks(hooks(`'${hook.replaceAll("'", "'\\''")}'`)),
  'check_for_update_on_startup=false',
  `notice.model_migrations={${SUCCESSORS}}`,
  // Who starts a task here has agreed to the directory before: `directories.confirm`.
  `projects={${toml(cwd)}={trust_level="trusted"}}`,
];

const SESSION_START = { event: 'SessionStart', key: 'session_start', contextLimit: CONTEXT_LIMIT } as const;

const hooks = (hook: string): readonly CodexHook[] => [
  { ...SESSION_START, matcher: 'startup|resume', command: `${hook} give` },
  { ...SESSION_START, matcher: 'compact', command: `${hook} again` }, // it keeps what the user said, and nothing of a hook's
  { event: 'UserPromptSubmit', key: 'user_prompt_submit', command: `${hook} given` },
  { event: 'PreToolUse', key: 'pre_tool_use', command: hook },
  { event: 'PostToolUse', key: 'post_tool_use', command: hook },
  { event: 'PermissionRequest', key: 'permission_request', command: hook },
  { event: 'Stop', key: 'stop', command: hook },
];

/** Only what no hook tells: another line comes later than the hooks, and would open a turn again that has ended, or wipe a question. */
const untold: Untold = {
  file: (line) => (fields(line).hook_event_name === 'UserPromptSubmit' ? text(fields(line).transcript_path) : ''),
  turn: (line) => {
    const { hook_event_name, turn_id, type, payload } = fields(line);
    if (type === 'event_msg') return text(fields(payload).turn_id);
    return hook_event_name === 'UserPromptSubmit' ? text(turn_id) : '';
  },
  belongs: (line) => fields(line).type === 'event_msg' && told(fields(fields(line).payload)).length > 0,
};

function read(line: unknown): readonly AgentEvent[] {
  const event = fields(line);
  const call = text(event.tool_use_id);
  const tool = text(event.tool_name);
  const what = about(event.tool_input);
  if (text(event.agent_id) !== '') return readHelper(event);
  switch (event.hook_event_name) {
    case 'SessionStart':
      return event.source === 'compact' ? [] : named(UUID, event.session_id); // perhaps one that a person has opened
    case 'UserPromptSubmit':
      return [{ type: 'turn-started' }];
    case 'PromptNotGiven':
      return [{ type: 'turn-failed', failure: { kind: 'unknown', message: 'its hook could not hand it the task' } }];
    case 'PreToolUse':
      return [{ type: 'tool-started', call, tool, what }];
    case 'PostToolUse': {
      const output = text(event.tool_response);
      const end = { type: 'tool-ended', call, tool, what, ok: true, untold: true, output } as const;
      return [end, ...refused(tool, what, output)];
    }
    case 'PermissionRequest':
      return [{ ...permission(tool, event.tool_input), of: { tool, what } }]; // the call itself has just told of its id
    case 'Stop':
      return [{ type: 'turn-ended', text: text(event.last_assistant_message) }];
    default:
      return event.type === 'event_msg' ? told(fields(event.payload)) : [];
  }
}

/**
 * A helper may work on after the turn has ended, and nothing would end that turn again. But what it asks, a person must answer,
 * until the same call has ended: it may have others that ask at the same time. Where it asks, the id of that call is missing.
 */
function readHelper(event: Readonly<Record<string, unknown>>): readonly AgentEvent[] {
  const { agent_id, hook_event_name, tool_name, tool_input } = event;
  const tool = text(tool_name);
  const command = about({ command: fields(tool_input).command });
  const call = ['helper', text(agent_id), tool, command].join(' ');
  const of = { call, tool, what: command };
  if (hook_event_name === 'PermissionRequest') return [{ ...permission(tool, tool_input), of, beside: true }];
  return hook_event_name === 'PostToolUse' ? [{ type: 'replied', call, beside: true }] : [];
}

function permission(tool: string, input: unknown): Extract<AgentEvent, { type: 'asked' }> {
  const description = text(fields(input).description);
  return permissionFor({ tool, what: whatOf(tool, input) }, { why: description === '' ? '' : ` (${description})` });
}

/** Any tool may have an argument that is named `command`, and any command may hold lines that look like those of a patch. */
function whatOf(tool: string, input: unknown): string {
  const command = text(fields(input).command);
  if (tool === 'apply_patch' && command !== '') return filesOf(command) || command;
  return (tool === 'Bash' && command) || whole(input);
}

/** Codex trims a line before it looks for a path in it, and takes only a line feed for its end. What is written into a file stands behind a sign. */
const FILE = /^[\s\u0085]*\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+)$/su;

/** What a patch would change, one path a line. */
const filesOf = (patch: string): string =>
  patch
    .split('\n')
    .flatMap((line) => FILE.exec(line)?.[1]?.trim() ?? [])
    .join('\n');

/** A line of the rollout. */
function told(payload: Readonly<Record<string, unknown>>): readonly AgentEvent[] {
  if (payload.type === 'task_complete') {
    const message = text(fields(payload.error).message);
    return message === '' ? [] : [{ type: 'turn-failed', failure: failureIn(codexFailures, message) }];
  }
  if (payload.type !== 'token_count') return [];
  const { input_tokens, output_tokens } = fields(fields(payload.info).total_token_usage); // of the whole thread, resumed or not
  const isCounted = number(input_tokens) !== undefined;
  const usedUp = Object.values(fields(payload.rate_limits))
    .map(fields)
    .filter(({ used_percent }) => count(used_percent) >= 100);
  const resets = usedUp.map(({ resets_at }) => count(resets_at) * 1000).filter((at) => at > 0);
  return [
    ...(isCounted
      ? [{ type: 'usage', counts: 'conversation', input: count(input_tokens), output: count(output_tokens) } as const]
      : []),
    ...(resets.length === 0 ? [] : [{ type: 'limit', resetAt: Math.max(...resets) } as const]),
  ];
}
