import { fileURLToPath } from 'node:url';
import { type Agent, defineAgent, type Order } from '../domain/agent.ts';
import type { AgentEvent } from '../domain/event.ts';
import { failureIn } from '../domain/failure.ts';
import { named } from './conversation.ts';
import { count, fields, maybe, text } from './json.ts';

// The coding agent that comes with holdfast (src/demo): nothing to install, no model, no network. The built program is
// named from here both in the source tree and in the package, where src/ and dist/ are neighbours.
const program = fileURLToPath(new URL('../../dist/demo/main.js', import.meta.url));

const CONVERSATION = /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/;

const failures = [
  { match: /no conversation \S+/, kind: 'conversation-not-found' },
  { match: /has an active writer/, kind: 'conversation-busy' },
  { match: /unknown option|^demo: usage:|is not a (permission level|conversation id)/im, kind: 'bad-flag' },
  { match: /^usage-limit:/m, kind: 'usage-limit' },
  { match: /^rate-limit:/m, kind: 'rate-limit' },
  { match: /^overloaded:/m, kind: 'overloaded' },
  { match: /^network:/m, kind: 'network' },
  { match: /^auth:/m, kind: 'auth' },
  { match: /^billing:/m, kind: 'billing' },
  { match: /^context-window:/m, kind: 'context-window' },
  { match: /^model-not-found:/m, kind: 'model-not-found' },
  { match: /^bad-flag:/m, kind: 'bad-flag' },
  { match: /^conversation-not-found:/m, kind: 'conversation-not-found' },
  { match: /^conversation-busy:/m, kind: 'conversation-busy' },
  { match: /^interrupted:/m, kind: 'interrupted' },
] as const satisfies Agent['failures'];

const flags = ({ permissions, model }: Order): readonly string[] => [
  '--permissions',
  permissions,
  ...(model === undefined ? [] : ['--model', model]),
];

/** The demo agent: it does what the `@` lines of its first prompt say. */
export const demo = defineAgent({
  id: 'demo',
  bin: [process.execPath, program],
  install: 'it is part of holdfast',
  login: 'the demo agent needs no login',
  verified: 'this version',
  print: {
    start: (order) => ({ args: ['run', '--json', ...flags(order), '--conversation', order.chosenId] }),
    resume: (order) => ({ args: ['resume', order.conversation, '--json', ...flags(order)] }),
    read,
  },
  tui: {
    start: (order) => ({ args: ['run', '--tui', ...flags(order), '--conversation', order.chosenId] }),
    resume: (order) => ({ args: ['resume', order.conversation, '--tui', ...flags(order)] }),
    read,
    prompt: 'stdin',
  },
  screens: [
    { match: /(?:^|\n)\? [^\n]*$/, means: 'asks' },
    { match: /(?:^|\n)>[^\n]*$/, means: 'idle' },
  ],
  chooses: ({ chosenId }) => chosenId,
  conversations: CONVERSATION,
  transcript: ({ conversation, env }) => ({
    kind: 'files',
    paths: [
      `${env.XDG_DATA_HOME || `${env.HOME ?? ''}/.local/share`}/holdfast-demo/conversations/${conversation}.jsonl`,
    ],
  }),
  permissions: {
    'read-only': 'It runs no command and writes no file; what it would have done is reported as denied.',
    workspace: 'It runs the commands and writes the files of its script, wherever they are: it has no sandbox.',
    full: 'The same as workspace.',
  },
  failures,
});

function read(line: unknown): readonly AgentEvent[] {
  const event = fields(line);
  const call = text(event.id);
  switch (event.type) {
    case 'init':
      return [...named(CONVERSATION, event.conversation), { type: 'turn-started' }];
    case 'message':
      return [{ type: 'message', text: text(event.text) }];
    case 'command-started':
      return [{ type: 'tool-started', call, tool: 'command', what: text(event.command) }];
    case 'command-ended': {
      const end = { ok: event.exitCode === 0, ...maybe('exitCode', event.exitCode), output: text(event.output) };
      return [{ type: 'tool-ended', call, tool: 'command', what: text(event.command), ...end }];
    }
    case 'command-interrupted':
      return [{ type: 'warned', message: `interrupted, to be run again: ${text(event.command)}` }];
    case 'edit':
      return [{ type: 'tool-ended', call, tool: 'edit', what: text(event.path), ok: true }];
    case 'denied':
      return [{ type: 'tool-denied', tool: text(event.tool), what: text(event.what) }];
    case 'usage':
      return [{ type: 'usage', counts: 'step', input: count(event.input), output: count(event.output) }];
    case 'retry':
      return [{ type: 'retrying', message: text(event.message) }];
    case 'ask': {
      const question = { type: 'asked', question: text(event.question) } as const;
      if (event.command === undefined) return [{ ...question, choices: [] }];
      const approval = { tool: 'command', what: text(event.command), grant: 'yes', refuse: 'no' };
      return [{ ...question, choices: ['yes', 'no'], approval }];
    }
    case 'result': {
      if (event.ok === true) return [{ type: 'turn-ended', text: text(event.summary) }];
      const { message, resetAt } = fields(event.error);
      return [
        { type: 'turn-failed', failure: { ...failureIn(failures, text(message)), ...maybe('resetAt', resetAt) } },
      ];
    }
    default:
      return [];
  }
}
