import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findAgent } from '../../src/agents/index.ts';
import { policyFrom, settingsSchema } from '../../src/daemon/settings.ts';
import type { Agent } from '../../src/domain/agent.ts';
import type { Health, ProcessTree } from '../../src/domain/health.ts';
import { advance, noProgress, type Progress } from '../../src/domain/progress.ts';
import { readScreen } from '../../src/domain/screen.ts';
import { diagnose } from '../../src/domain/signal.ts';
import type { Phase } from '../../src/domain/task.ts';
import { signals } from '../../src/signals/index.ts';
import { hookedTool } from '../agents/recording.ts';
import { seen, task } from './seen.ts';

const byDefault = settingsSchema.parse({});

const MINUTE = 60_000;
const NOW = seen().at;
const NAMES = ['codex', 'claude', 'opencode', 'pi'] as const;
type Name = (typeof NAMES)[number];

const agentNamed = (name: Name): Agent => findAgent(name) ?? expect.fail(`${name} is gone`);

/** How each says something, and how it begins a command. */
const says: Readonly<Record<Name, (text: string) => unknown>> = {
  codex: (text) => ({ type: 'item.completed', item: { id: 'i', type: 'agent_message', text } }),
  claude: (text) => ({ type: 'assistant', message: { content: [{ type: 'text', text }] } }),
  opencode: (text) => ({ type: 'text', sessionID: 's', part: { type: 'text', text } }),
  pi: (text) => ({ type: 'message_end', message: { role: 'assistant', content: [{ type: 'text', text }] } }),
};
const runs: Readonly<Partial<Record<Name, unknown>>> = {
  codex: { type: 'item.started', item: { id: 'i', type: 'command_execution', command: 'make world' } },
  claude: {
    type: 'assistant',
    message: { content: [{ type: 'tool_use', id: 't', name: 'Bash', input: { command: 'make' } }] },
  },
  pi: { type: 'tool_execution_start', toolCallId: 't', toolName: 'bash', args: { command: 'make' } },
};

const progressOf = (agent: Agent, ...lines: readonly unknown[]): Progress =>
  lines.flatMap((line) => agent.print.read(line)).reduce(advance, { ...noProgress, turn: 'open' });

/** What all signals together make of an agent that wrote these lines, the last so many minutes ago. */
const verdict = (
  name: Name,
  lines: readonly unknown[],
  minutes = 0,
  tools = 0,
  phase?: Phase,
  screen?: Health['screen'],
) => verdictOn(name, progressOf(agentNamed(name), ...lines), minutes, { tools }, phase, screen);

/** The same of one whose events add up to this. */
function verdictOn(
  name: Name,
  progress: Progress,
  minutes: number,
  tree: Partial<ProcessTree>,
  phase: Phase = { state: 'running' },
  screen?: Health['screen'],
) {
  const agent = agentNamed(name);
  const health: Health = {
    looks: 4,
    lookedAt: NOW,
    tree: { processes: 2, tools: 0, cpuMs: 0, ...tree },
    idleSince: NOW - minutes * MINUTE,
    ...(screen ? { screen } : {}),
  };
  const look = seen({ bornAt: NOW - 900 * MINUTE, lastSignAt: NOW - minutes * MINUTE, progress, health });
  const { conversation } = progress; // known long ago
  const known = task(phase, conversation === undefined ? {} : { conversation });
  return diagnose(signals, look, known, { agent, policy: policyFrom(byDefault, agent) })?.type;
}

describe.each(NAMES)('%s at work stays at work', (name) => {
  test.each([
    ['a shell’s prompt as its last words', 'user@host:~$ '],
    ['a prompt of a superuser', 'Done.\nroot@host:/# '],
    ['an exit code in its text', 'The build ended with exit code 1.'],
    ['a limit that it quotes', "You've hit your usage limit. Try again at 1:11 AM."],
    ['another', 'The log says: "API Error: 429 rate_limit", "401 Unauthorized", "Not logged in".'],
    ['the marker of an end', '__TASK_DONE__ 0123abcd-1'],
    ['a question to nobody', 'Do you want to proceed? [y/n]'],
    ['a spinner', '⠋ Working… (19s • esc to interrupt)'],
  ])('with %s', (_, text) => {
    expect(progressOf(agentNamed(name), says[name](text)).lastMessage).toBe(text);
    expect(verdict(name, [says[name](text)])).toBeUndefined();
    expect(verdict(name, [says[name](text)], 9)).toBeUndefined();
  });

  test('in a silent build of half an hour, told at its end only', () => {
    expect(verdict(name, [says[name]('I build.')], 30, 1)).toBeUndefined();
  });

  test('in a tool that sleeps for an hour, silent or not', () => {
    expect(verdict(name, [says[name]('I wait.')], 60, 1)).toBeUndefined();
  });

  test('with nothing but a spinner on its screen, until that has lasted ten minutes', () => {
    expect(verdict(name, [], 9)).toBeUndefined();
    expect(verdict(name, [], 10)).toBe('fellSilent');
  });
});

test.each(Object.entries(runs))('%s in a command that it told of stays at work, however long', (name, line) => {
  expect(progressOf(agentNamed(name as Name), line).openTools).toHaveLength(1); // a key of the table
  expect(verdict(name as Name, [line], 30)).toBeUndefined();
  expect(verdict(name as Name, [line], 600)).toBeUndefined();
});

describe.each(NAMES)('%s in its own program, whose hooks told of a tool call that has not ended,', (name) => {
  const { open, ended } = hookedTool(agentNamed(name), 'tool');
  const beside = { call: 'beside', tool: 'Bash', what: 'ls' } as const;
  const stalled: Phase = { state: 'stalled' };

  test('stays at work for two hours of silence, whether its processes are seen to live or not', () => {
    expect(open).toMatchObject({ turn: 'open', openTools: [{ what: 'echo tiles-$((40 + 2))' }] });
    for (const tools of [3, 1, 0]) expect(verdictOn(name, open, 120, { tools })).toBeUndefined();
  });

  test('stays at work where a call beside it has ended, or its tokens are told', () => {
    const more = [
      { type: 'tool-started', ...beside },
      { type: 'tool-ended', ...beside, ok: true },
      { type: 'usage', counts: 'total', input: 1, output: 1 },
    ] as const;
    expect(verdictOn(name, more.reduce(advance, open), 120, { tools: 0 })).toBeUndefined();
  });

  test('is taken for hung by nothing, even if it was called silent before: its tool is a sign of life', () => {
    expect(verdictOn(name, open, 120, { tools: 1 }, stalled)).toBe('stirred');
    expect(verdictOn(name, open, 120, { tools: 0 }, stalled)).toBeUndefined();
  });

  test('is watched for silence again once that call has ended, but not while it has left a process', () => {
    expect(verdictOn(name, ended, 120, { tools: 0 })).toBe('fellSilent');
    expect(verdictOn(name, ended, 120, { tools: 0 }, stalled)).toBe('hung');
    expect(verdictOn(name, ended, 120, { tools: 1 })).toBeUndefined();
  });
});

describe('a Retry-After that is waited out in silence is no hang', () => {
  const stalled: Phase = { state: 'stalled' };
  const again = { type: 'error', message: 'Reconnecting... 1/5 (exceeded retry limit, last status: 429)' };

  test.each<[Name, number, readonly unknown[], string | undefined]>([
    ['codex', 50, [again], undefined],
    ['codex', 600, [again], undefined],
    ['opencode', 50, [], undefined],
    ['pi', 50, [], undefined],
    ['opencode', 66, [], 'hung'],
    ['pi', 66, [], 'hung'],
    ['codex', 46, [], 'hung'], // it never waits without having said so
    ['claude', 46, [], 'hung'], // it fails at once instead of waiting
  ])('%s after %i minutes', (name, minutes, lines, says) => {
    expect(verdict(name, lines, minutes, 0, stalled)).toBe(says);
  });

  /** What its own program's screen was, recorded, at so many looks in a row. */
  const shows = (name: Name, screen: string, looks = 2) => {
    const reading = readScreen(agentNamed(name).screens, screen);
    return reading && { ...reading, looks };
  };
  const screenOf = (name: Name, path: string) =>
    readFileSync(new URL(`../fixtures/agents/${name}/screens/${path}.txt`, import.meta.url), 'utf8');

  test.each<[Name, number, string, string | undefined]>([
    ['codex', 46, 'waits/retry-after', undefined],
    ['codex', 359, 'waits/retry-after', undefined],
    ['codex', 361, 'waits/retry-after', 'hung'], // as long as any limit is waited for
    ['codex', 46, 'waits/network-down', undefined],
    ['opencode', 66, 'waits/rate-limit-retry', undefined],
    ['opencode', 66, 'working/hangs-after-a-limit', 'hung'], // recorded while the try after its countdown got no answer at all
    ['codex', 46, 'retrying/hangs-after-a-cut', 'hung'], // recorded while its second try got no answer at all
    ['codex', 46, 'retrying/retrying', 'hung'],
    ['claude', 46, 'retrying/retrying', 'hung'], // each of its pauses is short
    ['pi', 66, 'retrying/retrying', 'hung'], // it asks again, and shows no more of a pause
    ['codex', 46, 'working/stalled-stream', 'hung'],
  ])('%s in its own program after %i minutes, with the screen %s', (name, minutes, path, says) => {
    expect(verdict(name, [], minutes, 0, stalled, shows(name, screenOf(name, path)))).toBe(says);
  });

  test('but one look at a screen is none', () => {
    expect(verdict('codex', [], 46, 0, stalled, shows('codex', screenOf('codex', 'waits/retry-after'), 1))).toBe(
      'hung',
    );
  });

  test('nor is a screen on which such a row stands above the one that counts', () => {
    const [, row = ''] = /^(\S Server is busy[\s\S]*?429[^\n]*\n)/m.exec(screenOf('codex', 'waits/retry-after')) ?? [];
    const quoted = shows('codex', `${row}\n• Working (45m 12s • esc to interrupt)\n\n› Ask Codex to do anything\n`);
    expect(row).not.toBe('');
    expect(verdict('codex', [], 46, 0, stalled, quoted)).toBe('hung');
  });
});
