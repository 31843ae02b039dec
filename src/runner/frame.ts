import { tokensText } from '../domain/amount.ts';
import type { LaunchKind } from '../domain/happening.ts';
import { failureText, painted, type Style } from '../domain/narrate.ts';
import { plainLine } from '../domain/plain-text.ts';
import type { Progress } from '../domain/progress.ts';

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  6: 'ABRT',
  9: 'KILL',
  11: 'SEGV',
  15: 'TERM',
};

/** The line above an attempt. */
export function header(
  agent: string,
  attempt: string,
  { launch, ...style }: Style & { readonly launch?: string },
): string {
  const how = attempt === '1' ? undefined : HOW[launch ?? ''];
  return painted('bold', `── attempt ${plainLine(attempt)}${how === undefined ? '' : `, ${how}`} · ${agent} ──`, style);
}

const HOW: Readonly<Record<string, string>> = { fresh: 'begun afresh', resume: 'resumed' } satisfies Record<
  LaunchKind,
  string
>;

/** Has the agent ended well? Its exit status alone is not enough: its own final event must have been seen. */
export const isProven = (status: number, { turn }: Progress): boolean => status === 0 && turn === 'ended';

/** The line below an attempt: its end, and what it took or what went wrong. */
export function closing(status: number, progress: Progress, style: Style): string {
  const end = `exit ${status}${signal(status)}`;
  const { tools, denied, tokens } = progress;
  const facts = [
    end,
    ...(tools > 0 ? [`${tools} ${tools === 1 ? 'tool' : 'tools'}`] : []),
    ...(denied > 0 ? [`${denied} denied`] : []),
    ...(tokens.input + tokens.output > 0 ? [tokensText(tokens)] : []),
  ].join(', ');
  return isProven(status, progress)
    ? painted('green', `── finished: ${facts} ──`, style)
    : painted('red', `── ${reason(status, progress)}: ${facts} ──`, style);
}

function reason(status: number, { turn, failure, openTools }: Progress): string {
  switch (turn) {
    case 'failed':
      return failure ? `failed, ${failureText(failure)}` : 'failed';
    case 'ended':
      return status > 128 ? 'ended by a signal after its final event' : 'failed after its final event';
    case 'open': {
      const [tool] = openTools;
      const where = tool ? ` in ${plainLine(`${tool.tool} ${tool.what}`).slice(0, 80)}` : '';
      return status === 0 ? `left without a final event${where}` : `died${where}`;
    }
    case 'none':
      return status === 0 ? 'left before it began' : 'died before it began';
    default:
      return turn satisfies never;
  }
}

function signal(status: number): string {
  const name = SIGNALS[status - 128];
  return name === undefined ? '' : ` (SIG${name})`;
}
