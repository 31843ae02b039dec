import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type Agent, terminalFace } from '../../src/domain/agent.ts';
import type { AgentEvent } from '../../src/domain/event.ts';
import { advance, noProgress, type Progress } from '../../src/domain/progress.ts';

/** What the agent made of a recording of its real CLI: `test/fixtures/agents/<id>/<name>.jsonl`. */
export const recorded = (agent: Agent, name: string): readonly AgentEvent[] =>
  recordedLines(agent, name).flatMap(agent.print.read);

const recordedLines = (agent: Agent, name: string): readonly unknown[] =>
  readFileSync(new URL(`../fixtures/agents/${agent.id}/${name}.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** What the events of a recording add up to. */
export const folded = (agent: Agent, name: string): Progress => recorded(agent, name).reduce(advance, noProgress);

/** What the hooks of its own program told in a recording: `test/fixtures/agents/<id>/hooks/<name>.jsonl`. */
export const hooked = (agent: Agent, name: string): Progress => hookedEvents(agent, name).reduce(advance, noProgress);

/** The same, as long as its first tool call was open, and once it had ended. */
export function hookedTool(agent: Agent, name: string): { readonly open: Progress; readonly ended: Progress } {
  const events = hookedEvents(agent, name);
  const end = events.findIndex(({ type }) => type === 'tool-ended');
  if (end < 0) expect.fail(`no tool call ends in ${name} of ${agent.id}`);
  const open = events.slice(0, end).reduce(advance, noProgress);
  return { open, ended: events.slice(0, end + 1).reduce(advance, noProgress) };
}

const hookedEvents = (agent: Agent, name: string): readonly AgentEvent[] =>
  recordedLines(agent, `hooks/${name}`).flatMap((line) => terminalFace(agent)?.read(line) ?? []);

/** A turn that ended well: the last words, and what it took to get there. */
export const ended = (lastMessage: string, more: Partial<Progress> = {}): Partial<Progress> => ({
  turn: 'ended',
  lastMessage,
  tools: 0,
  denied: 0,
  openTools: [],
  ...more,
});

/** A turn that failed, with the agent's own words. */
export const failed = (kind: NonNullable<Progress['failure']>['kind'], words: RegExp): object => ({
  turn: 'failed',
  failure: { kind, message: expect.stringMatching(words) },
});
