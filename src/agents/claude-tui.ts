import type { Agent, Launch, Order, TerminalFace, TerminalOrder } from '../domain/agent.ts';
import type { AgentEvent } from '../domain/event.ts';
import { failureIn } from '../domain/failure.ts';
import { claudeFailures } from './claude-failures.ts';
import { claudeNotes, unasked } from './claude-first-start.ts';
import { named, UUID } from './conversation.ts';
import { about, fields, items, text } from './json.ts';
import { permissionFor, whole } from './permission.ts';

// Claude's program for people, measured with 2.1.197 on 2026-11-21. Its hooks (--settings) tell everything that its
// stream tells in print mode, but for tokens and cost.

const EVENTS = [
  ...['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure'],
  ...['PermissionRequest', 'Stop', 'StopFailure'],
];

/** A path of ours in single quotes: a hook is a line of shell. */
const hooks = (hook: string) => {
  const run = [{ hooks: [{ type: 'command', command: `'${hook.replaceAll("'", "'\\''")}'` }] }];
  return Object.fromEntries(EVENTS.map((event) => [event, run]));
};

/** Who starts a task here has agreed to the directory before: `directories.confirm`. In print mode claude does not ask at all. */
const TRUSTED = { CLAUDE_CODE_SANDBOXED: '1' };

/** Its program for people. `flags` are those that both ways share, with settings to be added. */
export const claudeTerminal = (flags: (order: Order, more: object) => readonly string[]): TerminalFace => ({
  start: (order) => launch(order, `--session-id=${order.chosenId}`, flags),
  resume: (order) => launch(order, `--resume=${order.conversation}`, flags),
  notes: claudeNotes,
  read,
  prompt: 'stdin', // as its first message, whole (300 kB seen); its keys then come from /dev/tty
  keys: { yes: ['1'], no: ['Escape'] },
  menus: 'digits',
  row: ({ what }) => SURE_ROW.exec(what)?.[0],
  refused: 'That was refused. Go on without it, or say why you cannot.',
});

/** The first line of a command, which its dialog shows in a row of its own where it need not be wrapped. */
const SURE_ROW = /^[!-~](?:[ -~]{0,98}[!-~])?(?=\n|$)/;

/** What its screen means. */
export const claudeScreens: Agent['screens'] = [
  { match: /Syntax theme: [^\n]*\(ctrl\+t to (?:dis|en)able\)$/, means: 'asks' },
  { match: /Press Enter to continue…$/, means: 'asks' },
  { match: /Select login method:[\s\S]+3rd-party platform[^\n]*$/, means: 'logged-out' },
  { match: /Stop and wait for limit to reset/, means: 'limited' },
  { match: /Esc to cancel[^\n]*$/, means: 'asks' },
  { match: /^ *❯ 1\. .+\n +2\. .+$/m, means: 'asks' },
  { match: /API error · Retrying in /, means: 'retrying' },
  { match: /esc to interrupt/, means: 'working' },
  { match: /Not logged in · Run \/login/, means: 'logged-out' },
  { match: /\? for shortcuts|shift\+tab to cycle\)/, means: 'idle' },
];

function launch(order: TerminalOrder, conversation: string, flags: Parameters<typeof claudeTerminal>[0]): Launch {
  const { env, settings } = unasked(order);
  const own = {
    hooks: hooks(order.hook),
    skipDangerousModePermissionPrompt: order.permissions === 'full',
    ...settings,
  };
  return { args: [...flags(order, own), conversation], env: { ...TRUSTED, ...env } };
}

function read(line: unknown): readonly AgentEvent[] {
  const event = fields(line);
  const call = text(event.tool_use_id);
  const tool = text(event.tool_name);
  const what = about(event.tool_input);
  switch (event.hook_event_name) {
    case 'SessionStart': // `clear` and `compact` go on under another id, which a person wished for
      return event.source === 'startup' || event.source === 'resume' ? named(UUID, event.session_id) : [];
    case 'UserPromptSubmit':
      return [{ type: 'turn-started' }];
    case 'PreToolUse':
      return [{ type: 'tool-started', call, tool, what }];
    case 'PostToolUse':
      return [{ type: 'tool-ended', call, tool, what, ok: true, output: outputOf(event.tool_response) }];
    case 'PostToolUseFailure':
      return [{ type: 'tool-ended', call, tool, what, ok: false, output: text(event.error) }];
    case 'PermissionRequest':
      return [permission(tool, event.tool_input)];
    case 'Stop':
      return [{ type: 'turn-ended', text: text(event.last_assistant_message) }];
    case 'StopFailure':
      return [{ type: 'turn-failed', failure: failureIn(claudeFailures, failureText(event)) }];
    default:
      return [];
  }
}

/** Of its choices two are ours: this once, and no. What it asks of a person by a tool of its own has no such answer. */
function permission(tool: string, input: unknown): AgentEvent {
  const of = { tool, what: about(input) }; // the call has told of itself just before; here its id is missing
  if (ASKS_A_PERSON.includes(tool)) return { type: 'asked', of, ...askedBy(tool, input) };
  return { ...permissionFor({ tool, what: text(fields(input)[TELLS[tool] ?? '']) || whole(input) }), of };
}

/** The argument for which a tool of its own asks. One of a server may name its arguments alike, and have others that count. */
const TELLS: Readonly<Record<string, string>> = {
  Bash: 'command',
  ...{
    Read: 'file_path',
    Write: 'file_path',
    Edit: 'file_path',
    MultiEdit: 'file_path',
    NotebookEdit: 'notebook_path',
  },
};

const ASKS_A_PERSON = ['AskUserQuestion', 'ExitPlanMode'];

/** The rows of its menu, where it is one question with one answer. */
function askedBy(tool: string, input: unknown): { readonly question: string; readonly choices: readonly string[] } {
  const [only, ...more] = items(fields(input).questions).map(fields);
  if (!only || more.length > 0 || only.multiSelect === true)
    return { question: `${tool}: ${about(input)}`, choices: [] };
  const choices = items(only.options).map((option) => text(fields(option).label));
  return { question: text(only.question), choices };
}

function outputOf(response: unknown): string {
  const { stdout, stderr } = fields(response);
  return text(response) || [text(stdout), text(stderr)].filter((words) => words !== '').join('\n');
}

const failureText = ({ last_assistant_message, error_details, error }: Readonly<Record<string, unknown>>): string =>
  text(last_assistant_message) || text(error_details) || text(error);
