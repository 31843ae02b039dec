import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const HOOK = fileURLToPath(new URL('../../src/hooks/hook.sh', import.meta.url));

let home = '';
let eventFile = '';
let prompt = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hf-hook-'));
  mkdirSync(join(home, 'attempts', '1'), { recursive: true });
  eventFile = join(home, 'attempts', '1', 'events.jsonl');
  prompt = join(home, 'prompt.md');
  writeFileSync(eventFile, '');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const start = (json: string, ...words: readonly string[]) => {
  const env = { PATH: process.env.PATH, HOLDFAST_EVENTS: eventFile, HOLDFAST_PROMPT: prompt };
  const child = spawn('sh', [HOOK, ...words], { env });
  child.stdin.end(json);
  return child;
};
const run = (json: string, ...words: readonly string[]): Promise<number | null> => {
  const child = start(json, ...words);
  return new Promise((resolve) => child.on('close', resolve));
};
/** What the agent gets to read. */
const printed = async (...words: readonly string[]): Promise<string> => await printedFor('{"a":"b"}', ...words);
const printedFor = async (json: string, ...words: readonly string[]): Promise<string> =>
  (await start(json, ...words).stdout.toArray()).join('');
const told = () =>
  readFileSync(eventFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a hook', () => {
  test.each([
    ['as it comes', '{"a":"b"}'],
    ['with a line feed at its end', '{"a":"b"}\n'],
    ['over several lines', '{\n  "a": "b"\n}\n'],
  ])('adds JSON as one line, %s', async (_, json) => {
    expect(await run(json)).toBe(0);
    expect(told()).toEqual([{ a: 'b' }]);
  });

  test('tears no line of another that runs at the same time', async () => {
    const events = Array.from({ length: 20 }, (_, n) => ({ n, output: String(n).repeat(60_000) }));
    await Promise.all(events.map((event) => run(JSON.stringify(event))));
    expect(told().sort((a, b) => a.n - b.n)).toEqual(events);
    expect(readdirSync(dirname(eventFile))).toEqual(['events.jsonl']);
  });
});

describe('a hook that hands an agent its task', () => {
  const PROMPT = 'Count the tiles.\n\t"$(id)" `id` \\n {"a":1}\n';

  test('prints it as it is, behind words that no JSON begins with, and tells of the beginning', async () => {
    writeFileSync(join(home, 'prompt.md'), PROMPT);
    expect(await printed('give')).toBe(`This is the task:\n\n${PROMPT}`);
    expect(told()).toEqual([{ a: 'b' }]);
    expect(await run('{"turn":1}', 'given')).toBe(0);
    expect(told()).toEqual([{ a: 'b' }, { turn: 1 }]);
  });

  test('does so once, and is silent in a conversation that a person opens later', async () => {
    writeFileSync(join(home, 'prompt.md'), PROMPT);
    await printed('give');
    expect(await printed('give')).toBe('');
    expect(told()).toHaveLength(1);
  });

  test('prints it once more to a conversation that was made shorter, and to no other', async () => {
    writeFileSync(join(home, 'prompt.md'), PROMPT);
    const [ours, other] = ['{"session_id":"ours","source":"x"}', '{"session_id":"other"}'];
    await printedFor(ours, 'give');
    expect(await printedFor(ours, 'again')).toBe(`This is the task, once more:\n\n${PROMPT}`);
    expect(await printedFor(other, 'again')).toBe('');
    expect(await printedFor('{"b":1}', 'again')).toBe('');
  });

  test('in a later attempt prints the task and what that attempt was told', async () => {
    writeFileSync(join(home, 'prompt.md'), PROMPT);
    prompt = join(home, '2.continue.md');
    writeFileSync(prompt, 'Go on.');
    expect(await printed('give')).toBe('This is the task:\n\nGo on.');
    expect(await printed('again')).toBe(
      `This is the task, once more:\n\n${PROMPT}\n\nAnd this was said later:\n\nGo on.`,
    );
  });

  test('refuses a turn without it, and says so in the events', async () => {
    expect(await printed('give')).not.toContain('Count');
    expect(await run('{"turn":1}', 'given')).toBe(2);
    expect(told()).toEqual([{ a: 'b' }, { turn: 1 }, { hook_event_name: 'PromptNotGiven' }]);
  });

  test('prints nothing where it only tells', async () => {
    for (const words of [[], ['given']]) expect(await printed(...words)).toBe('');
  });
});
