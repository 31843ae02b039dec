import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hf-plugin-'));
  writeFileSync(join(home, 'prompt.md'), 'Count the tiles.');
  vi.stubEnv('HOLDFAST_EVENTS', join(home, 'events.jsonl'));
  vi.stubEnv('HOLDFAST_PROMPT', join(home, 'prompt.md'));
  vi.resetModules(); // it reads its environment once, as it is loaded
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const client = {
  session: { create: async () => ({ data: { id: 'ses_1' } }), promptAsync: async () => ({}) },
  tui: { publish: async () => undefined },
};

/** The plugin in a session that has begun: what tells it of an event, and the types of the lines that it has written. */
async function begun() {
  const { holdfast } = await import('../../src/hooks/opencode.ts');
  const { event, 'tool.execute.before': begins } = await holdfast({ client });
  await vi.advanceTimersByTimeAsync(100);
  const lines = () =>
    readFileSync(join(home, 'events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const types = () => lines().map(({ type }) => type);
  const tell = async (type: string, properties: object = {}) =>
    await event?.({ event: { type, properties: { sessionID: 'ses_1', ...properties } } });
  const part = (type: string, more: object = {}) => tell('message.part.updated', { part: { type, ...more } });
  const idle = async () => {
    await tell('session.status', { status: { type: 'idle' } });
    await tell('session.idle');
  };
  await tell('session.status', { status: { type: 'busy' } });
  await part('step-start');
  return { tell, part, idle, lines, types, begins };
}

describe('a turn in the program of opencode', () => {
  test('that stops for a refusal is told of as left, once nobody has gone on for a while', async () => {
    const { part, idle, types } = await begun();
    await part('step-finish', { reason: 'tool-calls' });
    await idle();
    await vi.advanceTimersByTimeAsync(2900);
    expect(types()).not.toContain('left');
    await vi.advanceTimersByTimeAsync(200);
    expect(types().filter((type) => type === 'left')).toHaveLength(1);
  });

  test('that goes on at once is not', async () => {
    const { tell, part, idle, types } = await begun();
    await part('step-finish', { reason: 'tool-calls' });
    await idle();
    await vi.advanceTimersByTimeAsync(1000);
    await tell('session.status', { status: { type: 'busy' } });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(types()).not.toContain('left');
  });

  test('that came to its end is not', async () => {
    const { part, idle, types } = await begun();
    await part('step-finish', { reason: 'stop' });
    await idle();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(types()).not.toContain('left');
  });

  test('that failed, or that a person interrupted, is not', async () => {
    const { tell, idle, types } = await begun();
    await tell('session.error', { error: { name: 'MessageAbortedError' } });
    await idle();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(types()).not.toContain('left');
  });

  test('tells of the reply to a question by the call that has waited for it', async () => {
    const { tell, types } = await begun();
    await tell('permission.asked', { id: 'per_1', tool: { callID: 'call_1' } });
    await tell('permission.replied', { requestID: 'per_1' });
    expect(types().slice(-2)).toEqual(['permission', 'replied']);
  });

  test('tells with a question what the call was given that asks it', async () => {
    const { tell, lines, begins } = await begun();
    await begins?.({ callID: 'call_1' }, { args: { host: 'production' } });
    await tell('permission.asked', {
      id: 'per_1',
      permission: 'x_deploy',
      patterns: ['*'],
      tool: { callID: 'call_1' },
    });
    expect(lines().at(-1)).toMatchObject({ type: 'permission', input: { host: 'production' } });
  });
});
