import { defineAgent, type Order, type Permissions } from '../domain/agent.ts';
import type { AgentEvent, Failure } from '../domain/event.ts';
import { failureIn } from '../domain/failure.ts';
import { claudeFailures as failures } from './claude-failures.ts';
import { claudeResetIn } from './claude-reset.ts';
import { claudeScreens, claudeTerminal } from './claude-tui.ts';
import { named, UUID } from './conversation.ts';
import { about, contentText, count, fields, items, maybe, number, text } from './json.ts';
import { refused } from './sandbox.ts';

// https://code.claude.com/docs. What is said here of claude was measured with the version below.

const CONFINEMENT: Readonly<Record<Permissions, readonly string[]>> = {
  // a list of tools, not a mode: rules of the user that allow a command hold in every mode, `plan` and `dontAsk` too
  'read-only': ['--permission-mode=dontAsk', '--tools=Read,Glob,Grep', '--strict-mcp-config'],
  workspace: ['--permission-mode=acceptEdits', '--allowedTools=Bash'],
  full: ['--dangerously-skip-permissions'],
};

const SETTINGS: Readonly<Record<Permissions, object>> = {
  'read-only': {},
  // Without bubblewrap and socat claude says so on stderr and runs commands outside of any sandbox.
  workspace: { sandbox: { enabled: true, autoAllowBashIfSandboxed: true, allowUnsandboxedCommands: false } },
  full: {},
};

/** `more` settings beside those of the level; claude takes the flag once. */
function flags({ model, permissions }: Order, more: object = {}): readonly string[] {
  const settings = { ...SETTINGS[permissions], ...more };
  return [
    ...CONFINEMENT[permissions],
    ...(Object.keys(settings).length === 0 ? [] : [`--settings=${JSON.stringify(settings)}`]),
    ...(model === undefined ? [] : [`--model=${model}`]),
  ];
}

const print = (order: Order): readonly string[] => ['-p', '--output-format=stream-json', '--verbose', ...flags(order)];

/** Anthropic's Claude Code. */
export const claude = defineAgent({
  id: 'claude',
  bin: 'claude',
  install: 'npm install -g @anthropic-ai/claude-code',
  login: 'claude /login',
  askLogin: ['auth', 'status'],
  skills: (env) => `${env.CLAUDE_CONFIG_DIR || `${env.HOME ?? ''}/.claude`}/skills`,
  confinedBy: ['bwrap', 'socat'],
  verified: 'claude 2.1.197 on 2026-11-21',
  print: {
    start: (order) => ({ args: [...print(order), `--session-id=${order.chosenId}`] }),
    resume: (order) => ({ args: [...print(order), `--resume=${order.conversation}`] }),
    read,
  },
  tui: claudeTerminal(flags),
  screens: claudeScreens,
  chooses: ({ chosenId }) => chosenId,
  conversations: UUID,
  transcript: ({ conversation, env }) => ({
    kind: 'files',
    paths: [`${env.CLAUDE_CONFIG_DIR || `${env.HOME ?? ''}/.claude`}/projects/*/${conversation}.jsonl`],
    holds: ['"type":"user"'],
  }),
  permissions: {
    'read-only': 'It can read and search files in the directory and has no other tool: no commands, no edits, no MCP.',
    workspace:
      "It edits files in the directory; commands run in claude's sandbox (writes in the directory only, no network), but with NO confinement where the sandbox is missing (Linux without bubblewrap and socat).",
    full: 'No sandbox, no questions. As root claude refuses this unless you set IS_SANDBOX=1 yourself.',
  },
  resetAt: claudeResetIn,
  failures,
});

function read(line: unknown): readonly AgentEvent[] {
  const event = fields(line);
  switch (event.type) {
    case 'system':
      return system(event);
    case 'assistant':
      return fields(event.message).model === '<synthetic>' ? [] : blocks(event).flatMap(said); // an error; `result` has it
    case 'user':
      return blocks(event).flatMap(answered);
    case 'rate_limit_event': {
      const { status, resetsAt } = fields(event.rate_limit_info); // in seconds
      const resetAt = (number(resetsAt) ?? 0) * 1000;
      return status === 'rejected' && resetAt > 0 ? [{ type: 'limit', resetAt }] : [];
    }
    case 'result':
      return result(event);
    default:
      return [];
  }
}

type Fields = Readonly<Record<string, unknown>>;

const blocks = (event: Fields): readonly Fields[] => items(fields(event.message).content).map(fields);

function system(event: Fields): readonly AgentEvent[] {
  if (event.subtype === 'init') return [...named(UUID, event.session_id), { type: 'turn-started' }];
  if (event.subtype !== 'api_retry') return [];
  const status = number(event.error_status) ?? 'no answer';
  return [
    {
      type: 'retrying',
      message: `${status} ${text(event.error)}: try ${count(event.attempt)} of ${count(event.max_retries)}`,
    },
  ];
}

function said(block: Fields): readonly AgentEvent[] {
  switch (block.type) {
    case 'text':
      return [{ type: 'message', text: text(block.text) }];
    case 'thinking':
      return [{ type: 'thought', text: text(block.thinking) }];
    case 'tool_use':
      return [{ type: 'tool-started', call: text(block.id), tool: text(block.name), what: about(block.input) }];
    default:
      return [];
  }
}

/** A result names neither tool nor input. What claude denied by a rule stands in `permission_denials` at the end. */
function answered(block: Fields): readonly AgentEvent[] {
  if (block.type !== 'tool_result') return [];
  const ok = block.is_error !== true;
  const output = contentText(block.content);
  const exit = /^Exit code (\d+)\n/.exec(output)?.[1];
  const missing = /No such tool available: (\S+)\. .*not enabled/.exec(output)?.[1];
  return [
    {
      type: 'tool-ended',
      call: text(block.tool_use_id),
      tool: '',
      what: '',
      ok,
      ...maybe('exitCode', exit && Number(exit)),
      output,
    },
    ...(ok ? [] : missing ? [{ type: 'tool-denied', tool: missing, what: '' } as const] : refused('Bash', '', output)),
  ];
}

function result(event: Fields): readonly AgentEvent[] {
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = fields(event.usage);
  const input = count(input_tokens) + count(cache_creation_input_tokens) + count(cache_read_input_tokens);
  const denied = items(event.permission_denials).map(fields);
  return [
    ...denied.map(({ tool_name, tool_input }) => {
      return { type: 'tool-denied', tool: text(tool_name), what: about(tool_input) } as const;
    }),
    // of this process alone, whatever came before the resume
    { type: 'usage', counts: 'total', input, output: count(output_tokens), ...maybe('costUsd', event.total_cost_usd) },
    event.is_error === true
      ? { type: 'turn-failed', failure: failure(event) }
      : { type: 'turn-ended', text: text(event.result) },
  ];
}

function failure({ result, errors, subtype, terminal_reason }: Fields): Failure {
  const reason = text(terminal_reason);
  if (reason.startsWith('aborted')) return { kind: 'interrupted', message: `interrupted: ${reason}` };
  return failureIn(failures, text(result) || items(errors).map(text).join('; ') || text(subtype));
}
