import { type Agent, defineAgent, type Launch, type Order, type Permissions } from '../domain/agent.ts';
import type { AgentEvent } from '../domain/event.ts';
import { failureIn } from '../domain/failure.ts';
import { named } from './conversation.ts';
import { about, count, fields, maybe, number, text } from './json.ts';
import { opencodeScreens } from './opencode-screens.ts';
import { type Confinement, opencodeTerminal, titleOf } from './opencode-tui.ts';
import { providerFailures } from './providers.ts';
import { sharedSkills } from './skills.ts';

// https://opencode.ai/docs. What is said here of opencode was measured with the version below.

const CONVERSATION = /^ses_[A-Za-z0-9]+$/;

const failures = [
  { match: /Session not found/, kind: 'conversation-not-found' },
  // for a flag that it does not know it prints its help, and no other word
  {
    match: /^opencode run (?:\[message\.\.\]|knows no such flag)|^ +--auto +auto-approve/m,
    kind: 'bad-flag',
    says: 'opencode run knows no such flag as it was given: it printed its help and nothing else',
  },
  ...providerFailures,
] as const satisfies Agent['failures'];

// An agent of our own: the user's rules for `build` stand above the environment, but nobody has rules for this one.
const READER = 'holdfast-read-only';
const reading = { '*': 'deny', read: 'allow', glob: 'allow', grep: 'allow', list: 'allow', todowrite: 'allow' };

/** `--auto` accepts what no rule denies; without it `run` ends at the first question, with exit 0. */
const CONFINEMENT: Readonly<Record<Permissions, Confinement>> = {
  'read-only': { agent: READER, config: { agent: { [READER]: { mode: 'primary', permission: reading } } }, env: {} },
  workspace: { config: {}, env: { OPENCODE_PERMISSION: JSON.stringify({ external_directory: 'deny' }) } },
  full: { config: {}, env: {} },
};

/** It wraps every word that has a space in double quotes of its own, which only a prompt would feel: ours is on stdin. */
function run({ cwd, model, permissions }: Order, ...more: readonly string[]): Launch {
  const { agent, config, env: rules } = CONFINEMENT[permissions];
  const env = agent === undefined ? rules : { ...rules, OPENCODE_CONFIG_CONTENT: JSON.stringify(config) };
  const chosen = model === undefined ? [] : [`--model=${model}`];
  const confined = agent === undefined ? '--auto' : `--agent=${agent}`;
  const args = ['run', '--format=json', `--dir=${cwd}`, confined, ...chosen, ...more];
  return { args, ...(Object.keys(env).length === 0 ? {} : { env }) };
}

/** SST's opencode, by `opencode run`. */
export const opencode = defineAgent({
  id: 'opencode',
  bin: 'opencode',
  install: 'npm install -g opencode-ai',
  login: 'opencode auth login',
  skills: sharedSkills,
  verified: 'opencode 1.18.33 on 2026-11-21',
  print: {
    start: (order) => run(order, `--title=${titleOf(order)}`),
    resume: (order) => run(order, `--session=${order.conversation}`),
    read,
  },
  tui: opencodeTerminal(({ permissions }) => CONFINEMENT[permissions], CONVERSATION, read),
  screens: opencodeScreens,
  conversations: CONVERSATION,
  // 0.6 s and the same from every directory; `session list` (0.7 s) shows only sessions of the present project
  transcript: ({ conversation }) => ({
    kind: 'command',
    args: [
      'db',
      `select session_id from part where session_id = '${quoted(conversation)}' limit 1`,
      '--format',
      'json',
    ],
    holds: conversation,
  }),
  // its first event comes with the model's first bytes; the session is stored some seconds before, its first part is the prompt
  unnamed: (order) => ({
    args: [
      'db',
      `select id from session where title = '${quoted(titleOf(order))}' and exists (select 1 from part where session_id = session.id) order by time_created desc limit 1`,
      '--format',
      'json',
    ],
    read: (answer) => /"id": *"(ses_[A-Za-z0-9]+)"/.exec(answer)?.[1],
  }),
  permissions: {
    'read-only': 'It can read and search files in the directory and has no other tool: no commands, no edits, no MCP.',
    workspace:
      'Its file tools stay in the directory. Commands are NOT confined: opencode has no sandbox, and looks only at the paths it recognises in them.',
    full: 'Nothing is confined; only rules of your own that deny something hold.',
  },
  hangsAfterMs: 65 * 60_000, // waited out a Retry-After of 50 min in silence (2026-11-20)
  idleShare: 0.02, // 1.1 % beside a model that said nothing, 2.8 % at one token a second, over 140 s
  failures,
});

const quoted = (text: string): string => text.replaceAll("'", "''");

function read(line: unknown): readonly AgentEvent[] {
  const event = fields(line);
  const part = fields(event.part);
  switch (event.type) {
    case 'step_start':
      return [...named(CONVERSATION, event.sessionID), { type: 'turn-started' }];
    case 'text': // a synthetic one is a note of opencode to the model
      return part.synthetic === true ? [] : [{ type: 'message', text: text(part.text) }];
    case 'reasoning':
      return [{ type: 'thought', text: text(part.text) }];
    case 'tool_use':
      return toolEnded(part);
    case 'step_finish': {
      const { input, output, reasoning, cache } = fields(part.tokens);
      const { read, write } = fields(cache);
      const [sent, got] = [count(input) + count(read) + count(write), count(output) + count(reasoning)];
      return [
        { type: 'usage', counts: 'step', input: sent, output: got, ...maybe('costUsd', part.cost) },
        ...(part.reason === 'stop' ? [{ type: 'turn-ended' } as const] : []),
      ];
    }
    case 'error': {
      const { name, data } = fields(event.error);
      const { statusCode, message } = fields(data);
      const words = [number(statusCode), text(message) || text(name)].filter((word) => word !== undefined).join(' ');
      return [...named(CONVERSATION, event.sessionID), { type: 'turn-failed', failure: failureIn(failures, words) }];
    }
    default:
      return [];
  }
}

const DENIED = /rejected permission to use|rule which prevents you|tried to call unavailable tool/;

/** A tool is told of only when it has ended. */
function toolEnded(part: Readonly<Record<string, unknown>>): readonly AgentEvent[] {
  const { status, input, output, error, metadata } = fields(part.state);
  const tool = part.tool === 'invalid' ? text(fields(input).tool) : text(part.tool);
  const what = part.tool === 'invalid' ? '' : about(input);
  const exit = number(fields(metadata).exit);
  const words = text(output) || text(error);
  const denied = (status === 'error' || part.tool === 'invalid') && DENIED.test(words);
  const ok = status === 'completed' && !denied && (exit ?? 0) === 0;
  return [
    { type: 'tool-ended', call: text(part.callID), tool, what, ok, ...maybe('exitCode', exit), output: words },
    ...(denied ? [{ type: 'tool-denied', tool, what } as const] : []),
  ];
}
