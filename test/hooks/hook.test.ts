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

const run = (json: string): Promise<number | null> => {
  const child = spawn('sh', [HOOK], { env: { PATH: process.env.PATH, HOLDFAST_EVENTS: join(home, 'events.jsonl') } });
  child.stdin.end(json);
  return new Promise((resolve) => child.on('close', resolve));
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
