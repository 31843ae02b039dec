import { describe, expect, test } from 'vitest';
import { codex } from '../../src/agents/codex.ts';
import { evidenceOf, glimpseOf, rowOf } from '../../src/daemon/rows.ts';
import type { Observation } from '../../src/domain/observation.ts';
import { noProgress, type Progress } from '../../src/domain/progress.ts';
import { newTask, type Phase } from '../../src/domain/task.ts';
import { heldIn } from './samples.ts';

const MINUTE = 60_000;
const now = Date.now();
const iso = (at: number): string => new Date(at).toISOString();

/** The row of a task whose second attempt was looked at last. */
function row(phase: Phase, progress: Partial<Progress>, but: Partial<Observation> = {}) {
  const seen: Observation = {
    at: now,
    attempt: 2,
    claim: 'runner',
    bornAt: now - 6 * MINUTE,
    runner: 'alive',
    pane: 'alive',
    stderr: '',
    rebooted: false,
    progress: { ...noProgress, ...progress },
    ...but,
  };
  return rowOf({ ...heldIn('/', { ...newTask(0), attempt: 2, phase }), seen });
}

test('a task that a daemon has just taken over is told as not looked at yet', () => {
  const held = heldIn('/', { ...newTask(0), attempt: 2, phase: { state: 'running' } });
  expect(rowOf(held).summary).toBe('not looked at yet');
  expect(row({ state: 'running' }, {}).summary).toBe('');
});

describe('the activity in a row', () => {
  const running: Phase = { state: 'running' };
  const tool = { call: '1', tool: 'command', what: 'npm test', since: now - 3 * MINUTE };

  test('of an agent that has never said a word is suspicious after five minutes', () => {
    expect(row(running, {}).activity).toEqual({ turn: 'none', since: iso(now - 6 * MINUTE), suspicious: true });
  });

  test('is the tool call that is open, and since when', () => {
    expect(row(running, { turn: 'open', openTools: [tool] }, { lastSignAt: now }).activity).toMatchObject({
      tool: 'command: npm test',
      since: iso(now - 3 * MINUTE),
      lastSignAt: iso(now),
      suspicious: false,
    });
  });

  const health = (tools: number): Partial<Observation> => ({
    health: { looks: 1, lookedAt: now, tree: { processes: 2, tools, cpuMs: 0 }, idleSince: now },
  });
  const asks = { type: 'answer', nth: 1, question: 'May I?', choices: [] } as const;
  const provider = { type: 'provider', message: '429' } as const;
  const waiting: Phase = { state: 'waiting-input', question: 'May I?', choices: [], nth: 1 };

  test.each<[string | undefined, string, Phase, Partial<Progress>, Partial<Observation>]>([
    ['thinking', 'its turn is open and nothing else is', running, { turn: 'open' }, {}],
    ['thinking', 'the same, and no process of a tool lives', running, { turn: 'open' }, health(0)],
    ['tool', 'a call is open', running, { turn: 'open', openTools: [tool] }, {}],
    ['tool', 'a tool lives that it has not told of', running, { turn: 'open' }, health(1)],
    ['waiting', 'it asks for that very call', waiting, { turn: 'open', openTools: [tool], waitsFor: asks }, {}],
    [
      'tool',
      'that call was granted in its session, of which it tells nothing',
      running,
      { openTools: [tool], waitsFor: asks },
      {},
    ],
    ['waiting', 'its provider is to be asked again', running, { turn: 'open', waitsFor: provider }, {}],
    [undefined, 'it has not said a word', running, {}, {}],
    [undefined, 'its turn has ended', running, { turn: 'ended' }, {}],
    [undefined, 'its turn has failed', running, { turn: 'failed' }, {}],
  ])('is %s where %s', (doing, _, phase, progress, but) => {
    expect(row(phase, progress, but).activity?.doing).toBe(doing);
  });

  test.each<[string, Phase, Partial<Observation>]>([
    ['while it waits for the next attempt', { state: 'backing-off', retryAt: now, why: 'exit 7' }, {}],
    ['after the end', { state: 'cancelled', why: 'stopped' }, {}],
    ['where only an earlier attempt was seen', running, { attempt: 1 }],
  ])('is nothing %s', (_, phase, but) => {
    expect(row(phase, { turn: 'open' }, but)).not.toHaveProperty('activity');
  });
});

describe('a number of denied tool calls', () => {
  const held = heldIn('/', { ...newTask(0), denied: 2, phase: { state: 'succeeded', why: 'done' } });

  test('is what it is, where the agent tells of all', () => {
    expect(evidenceOf(held)).toContain('2 tool calls were denied');
    expect(rowOf(held)).not.toHaveProperty('deniedIsLeast');
  });

  test('is the least, where it does not', () => {
    expect(evidenceOf({ ...held, agent: codex })).toContain('at least 2 tool calls were denied');
    expect(rowOf({ ...held, agent: codex })).toMatchObject({ denied: 2, deniedIsLeast: true });
  });
});

describe('what status.json has of a task', () => {
  const running: Phase = { state: 'running' };
  const task = { ...newTask(now), attempt: 1, phase: running };

  test('is made once while nothing has changed', () => {
    const first = glimpseOf(heldIn('/', task));
    expect(first).toEqual({ name: 'told', agent: 'demo', state: 'running', since: iso(now), attempt: 1 });
    expect(glimpseOf(heldIn('/', { ...task, spentMs: 5000, tickedAt: now }))).toBe(first);
  });

  test.each([
    ['its state', { phase: { state: 'stalled' } as Phase }, { state: 'stalled' }],
    ['its attempt', { attempt: 2 }, { attempt: 2 }],
    ['the time since when it is so: the clock was set back', { since: now - MINUTE }, { since: iso(now - MINUTE) }],
    [
      'when it goes on',
      { phase: { state: 'backing-off', retryAt: now, why: '' } as Phase },
      { next: { what: 'resume', at: iso(now) } },
    ],
  ])('follows %s', (_, but, expected) => {
    glimpseOf(heldIn('/', task));
    expect(glimpseOf(heldIn('/', { ...task, ...but }))).toMatchObject(expected);
  });
});
