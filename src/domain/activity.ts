import { amount } from './amount.ts';
import { plainLine } from './plain-text.ts';
import type { Progress } from './progress.ts';

/** What a sign of life is made of. Times are epoch ms. */
export interface Pulse {
  readonly agent: string;
  readonly startedAt: number;
  readonly lastSignAt: number;
  readonly progress: Pick<Progress, 'tools' | 'tokens' | 'openTools' | 'lastMessage' | 'turn' | 'stumbled'>;
}

const FRESH_MS = 30_000;
const STALE_MS = 120_000;
const WHAT = 60;

/** A sign of life in a line: how fresh, how long, how much, and what it does now. */
export function pulseText({ agent, startedAt, lastSignAt, progress }: Pulse, at: number): string {
  const { tools, tokens } = progress;
  const used = tokens.input + tokens.output;
  const age = at - lastSignAt;
  return [
    `${age < FRESH_MS ? '🟢' : age < STALE_MS ? '🟡' : '🔴'} ${agent} ${Math.max(0, Math.floor((at - startedAt) / 60_000))}min`,
    `ops:${tools}`,
    ...(used > 0 ? [`${amount(used)} tokens`] : []),
    activity(progress, Math.max(0, Math.round(age / 1000))),
  ].join(' · ');
}

const KINDS = [
  [/bash|shell|command|exec|terminal/i, '💻'],
  [/edit|write|patch|file_?change/i, '📝'],
  [/read|search|grep|glob|find|list|fetch|web/i, '🔍'],
] as const;

/** An agent with an open tool call is at that; one that spoke last writes; else it thinks. */
function activity({ openTools, lastMessage, turn, stumbled }: Pulse['progress'], quietSeconds: number): string {
  const tool = openTools.at(-1);
  if (tool) {
    const [, sign] = KINDS.find(([match]) => match.test(tool.tool)) ?? ['', '🔧'];
    return `${sign} ${cut(plainLine(tool.what === '' ? tool.tool : tool.what))}`;
  }
  if (stumbled !== undefined) return `⚠️ exit ${stumbled}`;
  if (turn === 'open' && quietSeconds < 10 && lastMessage) return `✍️ ${cut(plainLine(lastMessage))}`;
  return `🧠 Thinking (${quietSeconds}s)`;
}

const cut = (text: string): string => {
  const characters = [...text];
  return characters.length <= WHAT ? text : `${characters.slice(0, WHAT - 1).join('')}…`;
};
