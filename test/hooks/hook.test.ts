import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const HOOK = fileURLToPath(new URL('../../src/hooks/hook.sh', import.meta.url));

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hf-hook-'));
  writeFileSync(join(home, 'events.jsonl'), '');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const start = (json: string, ...words: readonly string[]) => {
  const env = {
    PATH: process.env.PATH,
    HOLDFAST_EVENTS: join(home, 'events.jsonl'),
    HOLDFAST_PROMPT: join(home, 'prompt.md'),
  };
  const child = spawn('sh', [HOOK, ...words], { env });
  child.stdin.end(json);
  return child;
};
const run = (json: string, ...words: readonly string[]): Promise<number | null> => {
  const child = start(json, ...words);
  return new Promise((resolve) => child.on('close', resolve));
};
/** What the agent gets to read. */
const printed = async (...words: readonly string[]): Promise<string> => {
  const child = start('{"a":"b"}', ...words);
  return (await child.stdout.toArray()).join('');
};
const told = () =>
  readFileSync(join(home, 'events.jsonl'), 'utf8')
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
    expect(readdirSync(home)).toEqual(['events.jsonl']);
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

  test('refuses a turn without it, and says so in the events', async () => {
    expect(await printed('give')).not.toContain('Count');
    expect(await run('{"turn":1}', 'given')).toBe(2);
    expect(told()).toEqual([{ a: 'b' }, { turn: 1 }, { hook_event_name: 'PromptNotGiven' }]);
  });

  test('prints nothing where it only tells', async () => {
    for (const words of [[], ['given']]) expect(await printed(...words)).toBe('');
  });
});
