import { appendFileSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Agent } from '../../src/domain/agent.ts';
import { eventLog, eventsOf } from '../../src/drivers/event-log.ts';

let dir = '';
let path = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hf-events-'));
  path = join(dir, 'events.jsonl');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** An agent that says what it is asked to say. */
const read: Agent['print']['read'] = (line) =>
  typeof line === 'object' && line !== null && 'say' in line ? [{ type: 'message', text: String(line.say) }] : [];
const say = (text: string) => `${JSON.stringify({ say: text })}\n`;

describe('the events of an attempt', () => {
  test('are nothing before the file is there', async () => {
    const log = eventLog(path, read);
    expect(log.hasNews()).toBe(false);
    expect(await log.look()).toEqual({ progress: expect.objectContaining({ events: 0 }) });
  });

  test('are read from where the last look ended', async () => {
    const reader = vi.fn(read);
    const log = eventLog(path, reader);
    for (const text of ['one', 'two', 'three']) {
      appendFileSync(path, say(text));
      expect(log.hasNews()).toBe(true);
      expect((await log.look()).progress).toMatchObject({ lastMessage: text });
      expect(log.hasNews()).toBe(false);
    }
    expect(reader).toHaveBeenCalledTimes(3);
  });

  test('date a tool call by the file, when it was first seen open', async () => {
    const calls: Agent['print']['read'] = (line) => [
      { type: 'tool-started', call: String((line as { say: string }).say), tool: 'Bash', what: 'make' },
    ];
    const log = eventLog(path, calls);
    for (const [call, seconds] of [
      ['first', 1_000],
      ['second', 2_000],
    ] as const) {
      appendFileSync(path, say(call));
      utimesSync(path, seconds, seconds);
      await log.look();
    }
    expect((await log.look()).progress.openTools).toMatchObject([
      { call: 'first', since: 1_000_000 },
      { call: 'second', since: 2_000_000 },
    ]);
  });

  test('wait for the end of a line, and of a character', async () => {
    const log = eventLog(path, read);
    const bytes = Buffer.from(say('zażółć 🪢'));
    for (const byte of bytes.subarray(0, -1)) {
      appendFileSync(path, Buffer.from([byte]));
      expect((await log.look()).progress.events).toBe(0);
    }
    appendFileSync(path, '\n');
    expect((await log.look()).progress).toMatchObject({ events: 1, lastMessage: 'zażółć 🪢' });
  });

  test('are read to the end however many they are', async () => {
    writeFileSync(path, say('x'.repeat(1000)).repeat(3000) + say('last'));
    const { progress } = await eventLog(path, read).look();
    expect(progress).toMatchObject({ events: 3001, lastMessage: 'last' });
  });

  test('are each read once, by however many at a time', async () => {
    const reader = vi.fn(read);
    const log = eventLog(path, reader);
    writeFileSync(path, say('one') + say('two'));
    await Promise.all([log.look(), log.look(), log.look()]);
    appendFileSync(path, say('last'));
    const looks = await Promise.all([log.look(), log.look()]);
    expect(looks.map(({ progress }) => [progress.events, progress.lastMessage])).toEqual([
      [3, 'last'],
      [3, 'last'],
    ]);
    expect(reader).toHaveBeenCalledTimes(3);
  });

  test('tell when the agent last wrote, which is its sign of life', async () => {
    const log = eventLog(path, read);
    writeFileSync(path, '');
    expect(await log.look()).not.toHaveProperty('lastSignAt'); // the runner made it, the agent said nothing
    appendFileSync(path, 'no event, but a sign\n');
    utimesSync(path, 1000, 1000);
    expect(await log.look()).toMatchObject({ lastSignAt: statSync(path).mtimeMs });
  });
});

describe('a line', () => {
  test.each([
    ['that is torn', '{"say":"o'],
    ['that is text', 'Warning: no such thing'],
    ['that is JSON but no object', '[1]'],
    ['that is empty', ''],
    ['of another kind', '{"type":"else"}'],
  ])('%s says nothing', (_, line) => {
    expect(eventsOf(line, read)).toEqual([]);
  });
});
