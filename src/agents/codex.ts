import { defineAgent, type Order, type Permissions } from '../domain/agent.ts';
import type { AgentEvent } from '../domain/event.ts';
import { failureIn } from '../domain/failure.ts';
import { codexFailures } from './codex-failures.ts';
import { codexScreens } from './codex-screens.ts';
import { codexTerminal } from './codex-tui.ts';
import { named, UUID } from './conversation.ts';
import { about, count, fields, items, maybe, text } from './json.ts';
import { localTimeIn } from './local-time.ts';
import { refused } from './sandbox.ts';
import { sharedSkills } from './skills.ts';

// https://developers.openai.com/codex. What is said here of codex was measured with the version below.

const CONFINEMENT: Readonly<Record<Permissions, string>> = {
  'read-only': '--sandbox=read-only',
  workspace: '--sandbox=workspace-write',
  full: '--dangerously-bypass-approvals-and-sandbox',
};

/** `exec` remembers none of these, and its `resume` takes neither `-C` nor `-s`: they stand before that word, every time. */
const exec = (order: Order): readonly string[] => ['exec', '--json', '--skip-git-repo-check', ...flags(order)];

const flags = ({ cwd, model, permissions }: Order): readonly string[] => [
  ...[CONFINEMENT[permissions], `--cd=${cwd}`],
  ...(model === undefined ? [] : [`--model=${model}`]),
];

/** OpenAI's Codex CLI, by `codex exec`. */
export const codex = defineAgent({
  id: 'codex',
  bin: 'codex',
  install: 'npm install -g @openai/codex',
  login: 'codex login',
  skills: sharedSkills,
  askLogin: ['login', 'status'],
  deniesUntold: true, // a command that its sandbox stops at once: only the model is told
  verified: 'codex 0.169.0 on 2026-11-21',
  print: {
    start: (order) => ({ args: [...exec(order), '-'] }),
    resume: (order) => ({ args: [...exec(order), 'resume', order.conversation, '-'] }),
    read,
  },
  tui: codexTerminal(flags),
  screens: codexScreens,
  conversations: UUID, // any other word opens a new thread, with exit 0
  transcript: ({ conversation, env }) => ({
    kind: 'files',
    paths: [`${env.CODEX_HOME || `${env.HOME ?? ''}/.codex`}/sessions/*/*/*/rollout-*-${conversation}.jsonl`],
    // The prompt itself. Other messages of the role "user" are there up to 170 ms before it; as the second, older versions write it.
    holds: ['"type":"UserMessage"', '"type":"user_message"'],
  }),
  permissions: {
    'read-only': "Commands run in codex's sandbox: they read everything and write nothing; no network.",
    workspace:
      "Commands run in codex's sandbox: they write in the directory (but not in its .git) and in the temporary directories, and read everything; no network.",
    full: 'No sandbox: commands do what your user may do.',
  },
  resetAt: localTimeIn,
  failures: codexFailures,
});

function read(line: unknown): readonly AgentEvent[] {
  const event = fields(line);
  const item = fields(event.item);
  switch (event.type) {
    case 'thread.started':
      return named(UUID, event.thread_id);
    case 'turn.started':
      return [{ type: 'turn-started' }];
    case 'item.started':
      return started(item);
    case 'item.completed':
      return completed(item);
    case 'turn.completed': {
      const { input_tokens, output_tokens } = fields(event.usage); // of the whole thread, resumed or not
      return [
        { type: 'usage', counts: 'conversation', input: count(input_tokens), output: count(output_tokens) },
        { type: 'turn-ended' },
      ];
    }
    case 'turn.failed':
      return [{ type: 'turn-failed', failure: failureIn(codexFailures, text(fields(event.error).message)) }];
    case 'error': {
      // never the end: `turn.failed` repeats it where it is
      const message = text(event.message);
      return [{ type: message.startsWith('Reconnecting') ? 'retrying' : 'warned', message }];
    }
    default:
      return [];
  }
}

type Item = Readonly<Record<string, unknown>>;

function started(item: Item): readonly AgentEvent[] {
  const tool = toolOf(item);
  return tool ? [{ type: 'tool-started', call: text(item.id), ...tool }] : [];
}

function completed(item: Item): readonly AgentEvent[] {
  const words = text(item.text);
  if (item.type === 'agent_message') return [{ type: 'message', text: words }];
  if (item.type === 'reasoning') return [{ type: 'thought', text: words }];
  if (item.type === 'error') return [{ type: 'warned', message: text(item.message) }];
  const called = toolOf(item);
  if (!called) return [];
  const { tool, what } = called;
  const output = text(item.aggregated_output);
  const ok = item.status !== 'failed' && item.status !== 'declined';
  return [
    { type: 'tool-ended', call: text(item.id), tool, what, ok, ...maybe('exitCode', item.exit_code), output },
    ...(item.status === 'declined'
      ? [{ type: 'tool-denied', tool, what } as const]
      : ok
        ? []
        : refused(tool, what, output)),
  ];
}

function toolOf(item: Item): { readonly tool: string; readonly what: string } | undefined {
  switch (item.type) {
    case 'command_execution':
      return { tool: 'command', what: unwrapped(about(item)) };
    case 'file_change':
      return {
        tool: 'edit',
        what: items(item.changes)
          .map((change) => text(fields(change).path))
          .join(', '),
      };
    case 'mcp_tool_call':
      return { tool: `${text(item.server)}.${text(item.tool)}`, what: about(item.arguments) };
    case 'web_search':
      return { tool: 'web-search', what: text(item.query) };
    default:
      return undefined;
  }
}

/** The command in `/bin/bash -lc '…'`, where it holds no quotes of its own. */
const unwrapped = (command: string): string => /^\S*sh -l?c '([^']*)'$/.exec(command)?.[1] ?? command;
