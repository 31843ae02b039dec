import { type Agent, defineAgent, type Order, type Permissions } from '../domain/agent.ts';
import type { AgentEvent } from '../domain/event.ts';
import { failureIn } from '../domain/failure.ts';
import { named, UUID } from './conversation.ts';
import { about, contentText, count, fields, items, maybe, text } from './json.ts';
import { piScreens, piTerminal } from './pi-tui.ts';
import { providerFailures } from './providers.ts';
import { sharedSkills } from './skills.ts';

// https://github.com/badlogic/pi-mono. What is said here of pi was measured with the version below.

const failures = [
  { match: /No session found matching/, kind: 'conversation-not-found' },
  { match: /^Error: Unknown option/m, kind: 'bad-flag' },
  { match: /No API key found/, kind: 'auth' },
  ...providerFailures,
] as const satisfies Agent['failures'];

const CONFINEMENT: Readonly<Record<Permissions, readonly string[]>> = {
  'read-only': ['--tools', 'read,grep,find,ls'],
  workspace: [],
  full: [],
};

const conversationFile = (taskDir: string): string => `${taskDir}/conversation.jsonl`;

/** The same words begin a conversation and go on with it: the file decides. pi knows no `--flag=value`. */
const session = ({ taskDir, model, permissions }: Order): readonly string[] => [
  ...['--session', conversationFile(taskDir), ...CONFINEMENT[permissions]],
  ...(model === undefined ? [] : ['--model', model]),
];

const print = (order: Order): readonly string[] => ['-p', '--mode', 'json', ...session(order)];

/** Mario Zechner's pi. */
export const pi = defineAgent({
  id: 'pi',
  bin: 'pi',
  install: 'npm install -g @mariozechner/pi-coding-agent',
  login: 'pi, then /login',
  skills: sharedSkills,
  verified: 'pi 0.73.1 on 2026-11-21',
  print: {
    start: (order) => ({ args: print(order) }),
    resume: (order) => ({ args: print(order) }),
    read,
  },
  tui: piTerminal(session, read),
  screens: piScreens,
  conversations: UUID,
  transcript: ({ taskDir, conversation }) => ({
    kind: 'files',
    paths: [conversationFile(taskDir)], // written when the first answer has ended, not before
    holds: [`"id":"${conversation}"`],
  }),
  permissions: {
    'read-only': 'It has tools to read, search and list files, everywhere; none that writes or runs a command.',
    workspace: 'NOT confined: pi has no sandbox and asks nothing; commands and edits do what your user may do.',
    full: 'The same as workspace: pi has nothing to switch off.',
  },
  hangsAfterMs: 65 * 60_000, // waited out a Retry-After of 50 min in silence (2026-11-20)
  resetAt: resetIn,
  failures,
});

/** "Try again in ~90 min." after a login with ChatGPT (pi-ai 0.73.1, read in its source). It rounds: half a minute may be missing. */
function resetIn(message: string, at: number): number | undefined {
  const [, minutes] = /usage limit.* Try again in ~(\d+) min\b/.exec(message) ?? [];
  return minutes === undefined ? undefined : at + (Number(minutes) + 0.5) * 60_000;
}

function read(line: unknown): readonly AgentEvent[] {
  const event = fields(line);
  const call = text(event.toolCallId);
  const tool = text(event.toolName);
  switch (event.type) {
    case 'session':
      return named(UUID, event.id);
    case 'agent_start':
      return [{ type: 'turn-started' }];
    case 'message_end': // `message_update` repeats the whole message at each word
      return messageEnded(fields(event.message));
    case 'tool_execution_start':
      return [{ type: 'tool-started', call, tool, what: about(event.args) }];
    case 'tool_execution_end': {
      const output = contentText(fields(event.result).content);
      const exit = /Command exited with code (\d+)$/.exec(output)?.[1];
      return [
        {
          type: 'tool-ended',
          call,
          tool,
          what: '',
          ok: event.isError !== true,
          ...maybe('exitCode', exit && Number(exit)),
          output,
        },
        ...(output === `Tool ${tool} not found` ? [{ type: 'tool-denied', tool, what: '' } as const] : []),
      ];
    }
    case 'auto_retry_start':
      return [{ type: 'retrying', message: text(event.errorMessage) }];
    default:
      return []; // `agent_end` comes before each retry too
  }
}

function messageEnded(message: Readonly<Record<string, unknown>>): readonly AgentEvent[] {
  if (message.role !== 'assistant') return [];
  const { input, cacheRead, cacheWrite, output, cost } = fields(message.usage);
  const sent = count(input) + count(cacheRead) + count(cacheWrite);
  return [
    ...items(message.content).map(fields).flatMap(said),
    { type: 'usage', counts: 'step', input: sent, output: count(output), ...maybe('costUsd', fields(cost).total) },
    ...ending(message),
  ];
}

function said(block: Readonly<Record<string, unknown>>): readonly AgentEvent[] {
  if (block.type === 'text') return [{ type: 'message', text: text(block.text) }];
  if (block.type === 'thinking') return [{ type: 'thought', text: text(block.thinking) }];
  return [];
}

function ending({ stopReason, content, errorMessage }: Readonly<Record<string, unknown>>): readonly AgentEvent[] {
  const message = text(errorMessage);
  switch (stopReason) {
    case 'stop':
      return [{ type: 'turn-ended', text: contentText(content) }];
    case 'error':
      return [{ type: 'turn-failed', failure: failureIn(failures, message) }];
    case 'aborted':
      return [{ type: 'turn-failed', failure: { kind: 'interrupted', message } }];
    default:
      return []; // `toolUse`: it goes on
  }
}
