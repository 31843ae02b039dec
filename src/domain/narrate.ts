import { tokensText } from './amount.ts';
import { COMMAND_TOOL } from './check.ts';
import type { AgentEvent, Failure } from './event.ts';
import { plainLine, plainText } from './plain-text.ts';

/** How a rendering is to look. `width`: columns to which commands and their output are cut; messages are never cut. */
export interface Style {
  readonly color: boolean;
  readonly width?: number;
}

const OUTPUT_LINES = 5;
const OUTPUT_CHARACTERS = 8192; // an output may be megabytes; the last lines tell how it went
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
type Paint = keyof typeof CODES;
type Usage = Extract<AgentEvent, { type: 'usage' }>;

const EDIT_TOOL = /edit|write|patch|file_?change/i;

/**
 * An agent's event as lines for people; none for what only we need to know. Escape codes in it are our own: whatever
 * came from the agent, or from a file or a web page that the agent has read, has lost its own.
 */
export function narrate(event: AgentEvent, style: Style): readonly string[] {
  const paint = (how: Paint, text: string): string => painted(how, text, style);
  const cut = (text: string): string => cutTo(style.width, text);
  switch (event.type) {
    case 'conversation':
      return [paint('dim', `conversation ${plainLine(event.id)}`)];
    case 'turn-started':
    case 'limit': // its failure tells it in words
      return [];
    case 'message':
      return textLines(event.text);
    case 'thought':
      return textLines(event.text).map((line) => paint('dim', line));
    case 'tool-started':
      return [paint('cyan', cut(call(event)))];
    case 'tool-ended':
      return [
        paint(event.ok ? 'green' : 'red', cut(ending(event))),
        ...lastLines(event.output ?? '').map((line) => paint('dim', cut(`  ${line}`))),
      ];
    case 'tool-denied':
      return [paint('red', cut(`⊘ denied: ${call(event)}`))];
    case 'usage':
      return isWorthTelling(event) ? [paint('dim', usageText(event))] : [];
    case 'retrying':
      return [paint('yellow', `↻ ${plainLine(event.message)}`)];
    case 'warned':
      return [paint('yellow', `! ${plainLine(event.message)}`)];
    case 'asked':
      return [paint('yellow', `? ${plainLine(event.question)}${choicesText(event.choices)}`)];
    case 'replied':
      return [paint('dim', '→ it was answered')];
    case 'turn-ended':
      return [paint('green', '● turn ended')]; // its text was a message before
    case 'turn-failed':
      return [paint('red', `✗ ${failureText(event.failure)}`)];
    default:
      event satisfies never;
      return []; // a daemon of a newer version may know more
  }
}

/** A line from outside that nobody understood, as it is, for people. */
export const narrateRaw = (line: string, style: Style): string =>
  painted('dim', cutTo(style.width ?? 500, plainLine(line.slice(0, OUTPUT_CHARACTERS))), style);

const choicesText = (choices: readonly string[]): string =>
  choices.length > 0 ? ` [${choices.map(plainLine).join('/')}]` : '';

/** A failure in one line: its kind, the agent's own words, and when a limit ends. */
export function failureText({ kind, message, resetAt }: Failure): string {
  const end = new Date(resetAt ?? Number.NaN);
  const until = Number.isNaN(end.getTime()) ? '' : ` (until ${end.toISOString().slice(0, 16).replace('T', ' ')} UTC)`;
  return `${kind}: ${plainLine(message)}${until}`;
}

/** Wraps text in an escape code of ours, where colour is wanted. */
export const painted = (how: Paint, text: string, { color }: Style): string =>
  color ? `\u001b[${CODES[how]}m${text}\u001b[0m` : text;

function call({ tool, what }: { readonly tool: string; readonly what: string }): string {
  if (what === '') return `→ ${plainLine(tool)}`;
  if (COMMAND_TOOL.test(tool)) return `$ ${plainLine(what)}`;
  if (EDIT_TOOL.test(tool)) return `✎ ${plainLine(what)}`;
  return `→ ${plainLine(`${tool} ${what}`)}`;
}

function ending({ ok, exitCode, tool, what }: Extract<AgentEvent, { type: 'tool-ended' }>): string {
  const end = exitCode === undefined ? (ok ? 'done' : 'failed') : `exit ${exitCode}`;
  const named = COMMAND_TOOL.test(tool) ? what : `${tool} ${what}`;
  return `${ok ? '✓' : '✗'} ${end}${what === '' ? '' : ` · ${plainLine(named)}`}`;
}

function textLines(text: string): string[] {
  const plain = plainText(text).trimEnd();
  return plain === '' ? [] : plain.split('\n');
}

function lastLines(output: string): string[] {
  const lines = textLines(output.slice(-OUTPUT_CHARACTERS)).filter((line) => line.trim() !== '');
  return lines.length > OUTPUT_LINES ? ['…', ...lines.slice(-OUTPUT_LINES)] : lines;
}

/** Cut between code points; a wide character may still reach over the edge by one column, which a terminal wraps. */
function cutTo(width: number | undefined, text: string): string {
  if (width === undefined || text.length <= width) return text;
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}

/** The tokens of a step are no news; what the whole turn took is. */
const isWorthTelling = ({ counts, input, output }: Usage): boolean => counts !== 'step' && input + output > 0;

function usageText(usage: Usage): string {
  const cost = usage.costUsd === undefined ? '' : `, $${usage.costUsd.toFixed(2)}`;
  return `${tokensText(usage)}${cost}`;
}
