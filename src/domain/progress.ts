import { type Asked, asking } from './asked.ts';
import { type Check, checkIn } from './check.ts';
import type { AgentEvent, Failure } from './event.ts';

/** A tool call that began and has not ended. */
export interface OpenTool {
  readonly call: string;
  readonly tool: string;
  readonly what: string;
  /** When it was first seen open, epoch ms: events have no time of their own. */
  readonly since?: number;
}

/** An answer of a person, or the provider of the model, which it will ask again by itself. */
export type Waiting = Asked | { readonly type: 'provider'; readonly message: string };

/** What the events of one attempt add up to. Tokens are counts; cost is in US dollars, absent where nobody reports it. */
export interface Progress {
  /** How many lines of the agent were understood. */
  readonly events: number;
  readonly conversation?: string;
  readonly turn: 'none' | 'open' | 'ended' | 'failed';
  /** Only of the turn that failed last, gone when the agent goes on. */
  readonly failure?: Failure;
  /** When the quota that was last reported as used up comes back, epoch ms. */
  readonly limitResetAt?: number;
  readonly lastMessage?: string;
  /** What the agent waits for by its own word; gone at the next thing it does, where that is an answer to it. */
  readonly waitsFor?: Waiting;
  /** What it asks beside that, to be answered after it. */
  readonly alsoAsks?: readonly Asked[];
  /** The status of a command that has just failed; gone at the next thing that it does. */
  readonly stumbled?: number;
  /** How many questions it has asked. */
  readonly questions: number;
  readonly tools: number;
  readonly denied: number;
  readonly openTools: readonly OpenTool[];
  /** The tool call that began last, with its command or file. */
  readonly lastTool?: Pick<OpenTool, 'tool' | 'what'>;
  /** Has it changed a file by a tool of its own? */
  readonly edited: boolean;
  /** The last commands that looked like tests, with how they ended. */
  readonly checks: readonly Check[];
  readonly tokens: { readonly input: number; readonly output: number };
  readonly costUsd?: number;
  /** Tokens and cost are those of the whole conversation: what earlier attempts in it have used is in them. */
  readonly wholeConversation?: true;
}

export const noProgress: Progress = {
  events: 0,
  turn: 'none',
  questions: 0,
  tools: 0,
  denied: 0,
  openTools: [],
  edited: false,
  checks: [],
  tokens: { input: 0, output: 0 },
};

/** Dates the tool calls that were not seen open before. */
export function seenAt(progress: Progress, at: number): Progress {
  if (progress.openTools.every(({ since }) => since !== undefined)) return progress;
  return { ...progress, openTools: progress.openTools.map((open) => ({ since: at, ...open })) };
}

/** These may come while the agent waits. */
const SAYS_NOTHING: readonly AgentEvent['type'][] = ['conversation', 'usage', 'warned', 'limit'];

/** Adds one event to what was known. Only the agent's own final event ends a turn; a retry of its own opens it again. */
export function advance(before: Progress, event: AgentEvent): Progress {
  const now = { ...before, events: before.events + 1 };
  if (SAYS_NOTHING.includes(event.type)) return told(now, event);
  const { waitsFor: _, alsoAsks: __, stumbled: ___, ...goesOn } = now;
  return told({ ...goesOn, ...asking(before, event) }, event);
}

function told(now: Progress, event: AgentEvent): Progress {
  switch (event.type) {
    case 'conversation':
      return { ...now, conversation: event.id };
    case 'turn-started':
      return { ...unfailed(now), turn: 'open' };
    case 'retrying':
      return { ...unfailed(now), turn: 'open', waitsFor: { type: 'provider', message: event.message } };
    case 'asked':
      return { ...now, turn: event.beside ? now.turn : reopened(now), questions: now.questions + 1 };
    case 'replied':
      return event.beside ? now : { ...now, turn: reopened(now) };
    case 'message':
      return { ...now, turn: reopened(now), lastMessage: event.text };
    case 'tool-started':
      return { ...now, ...called(now, event), tools: now.tools + 1, openTools: [...now.openTools, event] };
    case 'tool-ended': {
      const openTools = now.openTools.filter(({ call }) => call !== event.call);
      const alone = openTools.length === now.openTools.length; // agents that report a tool only when it has ended
      const tools = now.tools + (alone ? 1 : 0);
      return {
        ...now,
        ...(alone ? called(now, event) : { turn: reopened(now) }),
        ...(event.exitCode ? { stumbled: event.exitCode } : {}),
        openTools,
        tools,
        checks: checked(now, event),
      };
    }
    case 'tool-denied':
      return { ...now, denied: now.denied + 1 };
    case 'usage':
      return { ...now, ...counted(now, event) };
    case 'turn-ended':
      return { ...unfailed(now), turn: 'ended', openTools: [], lastMessage: event.text ?? now.lastMessage ?? '' };
    case 'turn-failed':
      return { ...now, turn: 'failed', openTools: [], failure: dated(event.failure, now.limitResetAt) };
    case 'limit':
      return { ...now, limitResetAt: event.resetAt };
    case 'thought':
      return { ...now, turn: reopened(now) };
    case 'warned': // may come after the end
      return now;
    default:
      return event satisfies never;
  }
}

const EDIT_TOOL = /edit|write|patch|file_?change/i;

const called = (now: Progress, { tool, what }: Pick<OpenTool, 'tool' | 'what'>) => ({
  turn: reopened(now),
  lastTool: { tool, what },
  edited: now.edited || EDIT_TOOL.test(tool),
});

/** A failure that the agent got over by itself explains nothing that comes after. */
function unfailed({ failure: _, ...rest }: Progress): Progress {
  return rest;
}

/** Claude tells the time of the reset in an event of its own, before the failure. */
const dated = (failure: Failure, resetAt: number | undefined): Failure =>
  failure.kind === 'usage-limit' && resetAt !== undefined ? { resetAt, ...failure } : failure;

const MOST_CHECKS = 10;

/** The checks so far, with what a tool call that has ended checked. Some agents do not repeat at the end what the call was: then its beginning tells. */
function checked(
  { openTools, checks }: Progress,
  event: Extract<AgentEvent, { type: 'tool-ended' }>,
): Progress['checks'] {
  const begun = openTools.find(({ call }) => call === event.call);
  const found = checkIn({ ...event, tool: event.tool || begun?.tool || '', what: event.what || begun?.what || '' });
  return found.length === 0 ? checks : [...checks, ...found].slice(-MOST_CHECKS);
}

/** A new message after the end begins another turn; a failed turn stays failed until the agent says that it tries again. */
const reopened = ({ turn }: Progress): Progress['turn'] => (turn === 'failed' ? 'failed' : 'open');

function counted(
  before: Progress,
  usage: Extract<AgentEvent, { type: 'usage' }>,
): Pick<Progress, 'tokens' | 'costUsd' | 'wholeConversation'> {
  const base = usage.counts === 'step' ? before : noProgress;
  const cost = usage.costUsd === undefined ? before.costUsd : (base.costUsd ?? 0) + usage.costUsd;
  return {
    tokens: { input: base.tokens.input + usage.input, output: base.tokens.output + usage.output },
    ...(cost === undefined ? {} : { costUsd: cost }),
    ...(usage.counts === 'conversation' ? { wholeConversation: true } : {}),
  };
}
