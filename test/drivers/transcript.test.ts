import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codex } from '../../src/agents/codex.ts';
import type { Transcript } from '../../src/domain/agent.ts';
import { ask as inquire } from '../../src/drivers/inquiry.ts';
import { isPersisted } from '../../src/drivers/transcript.ts';
import { endAllOf } from '../e2e/processes.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hf-transcript-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
}

const ask = (transcript: Transcript, bin: readonly [string, ...string[]] = ['false']) =>
  isPersisted(transcript, { bin, env: { PATH: '/usr/bin:/bin' }, cwd: home });
const files = (paths: readonly string[], ...holds: readonly string[]): Transcript => ({
  kind: 'files',
  paths: paths.map((path) => join(home, path)),
  ...(holds.length === 0 ? {} : { holds }),
});

describe('a conversation that lies in files', () => {
  beforeEach(() => {
    write('sessions/2026/11/rollout-7-c1.jsonl', 'first\n{"type":"user"}\n');
    write('sessions/2026/12/rollout-8-c2.jsonl', '');
  });

  test.each<[string, readonly string[], readonly string[], boolean]>([
    ['at its path', ['sessions/2026/11/rollout-7-c1.jsonl'], [], true],
    ['by a star for a name', ['sessions/*/*/rollout-*-c1.jsonl'], [], true],
    ['by the second of two patterns', ['nowhere/*', 'sessions/2026/*/*-c2.jsonl'], [], true],
    ['with the text that proves it', ['sessions/*/*/*-c1.jsonl'], ['{"type":"user"}'], true],
    ['with either of two texts', ['sessions/*/*/*-c1.jsonl'], ['"a"', '"user"'], true],
    ['not without that text', ['sessions/*/*/*-c2.jsonl'], ['{"type":"user"}'], false],
    ['not where nothing is', ['sessions/2027/*/*-c1.jsonl'], [], false],
    ['not at a path that is not there', ['sessions/c1.jsonl'], [], false],
    ['not by a star across directories', ['sessions/*-c1.jsonl'], [], false],
    ['not by a dot that stands for anything', ['sessions/2026/*/rollout-7-c1xjsonl*'], [], false],
    ['not below a file', ['sessions/2026/11/rollout-7-c1.jsonl/*'], [], false],
  ])('is found %s', async (_, paths, holds, expected) => {
    expect(await ask(files(paths, ...holds))).toBe(expected);
  });

  test('is found with its text across the edge of two reads', async () => {
    const edge = 64 * 1024;
    for (const before of [edge - 7, edge - 1, edge, 2 * edge - 3]) {
      write('long.jsonl', `${'x'.repeat(before)}"type":"user"${'y'.repeat(edge)}`);
      expect(await ask(files(['long.jsonl'], '"type":"user"'))).toBe(true);
    }
  });
});

describe('a rollout of codex', () => {
  const prompt = 'Count the tiles of the old harbour.';
  const rollout = readFileSync(new URL('../fixtures/agents/codex/rollouts/exec.jsonl', import.meta.url), 'utf8');
  const lines = rollout.trimEnd().split('\n');
  const place = { cwd: '/w', taskDir: '/t', conversation: 'c1' };
  const stored = async (upTo: number): Promise<boolean> => {
    write('sessions/2026/11/27/rollout-7-c1.jsonl', lines.slice(0, upTo).join('\n'));
    return await ask(codex.transcript({ ...place, env: { CODEX_HOME: home } }));
  };

  test('is one to go on with from the moment that the prompt lies in it, whatever else of a user came before', async () => {
    const found: boolean[] = [];
    for (const index of lines.keys()) found.push(await stored(index + 1));
    expect(found).toEqual(lines.map((line) => line.includes('"type":"UserMessage"')));
    expect(lines.findIndex((line) => line.includes('"role":"user"'))).toBeLessThan(found.indexOf(true) - 1);
    expect(lines.slice(0, found.indexOf(true)).join()).toContain(prompt);
  });

  test('of a version that wrote its events otherwise is known too', async () => {
    write(
      'sessions/2026/01/02/rollout-7-c1.jsonl',
      '{"type":"event_msg","payload":{"type":"user_message","message":"x"}}',
    );
    expect(await ask(codex.transcript({ ...place, env: { CODEX_HOME: home } }))).toBe(true);
  });
});

describe('a conversation that the agent must be asked for', () => {
  const prints = (script: string): readonly [string, ...string[]] => ['sh', '-c', script, 'sh'];
  const transcript = { kind: 'command', args: ['export', 'c1'], holds: '"id":"c1"' } as const;

  test.each([
    ['is there when it prints it', 'echo "{\\"id\\":\\"$2\\"}"', true],
    ['is not there when it prints something else', 'echo "{\\"id\\":\\"c2\\"}"', false],
    ['is not there when it prints nothing', 'exit 0', false],
  ])('%s', async (_, script, expected) => {
    expect(await ask(transcript, prints(script))).toBe(expected);
  });

  test.each<[string, readonly [string, ...string[]], RegExp]>([
    [
      'when it fails',
      prints('echo "a warning" >&2; echo "Error: database is locked" >&2; exit 1'),
      /sh export ended with 1: Error: database is locked$/,
    ],
    ['when it prints it and fails at its end', prints('echo "{\\"id\\":\\"$2\\"}"; exit 3'), /ended with 3$/],
    ['when it is killed', prints('kill -9 $$'), /was killed by SIGKILL$/],
    ['when it is not there', ['no-such-agent'], /no-such-agent export could not be run \(ENOENT\)$/],
  ])('is neither there nor not there %s', async (_, bin, why) => {
    await expect(ask(transcript, bin)).rejects.toMatchObject({
      name: 'LaunchError',
      permanent: false,
      message: expect.stringMatching(why),
    });
  });

  test('is not waited for without end, whatever holds the pipe', async () => {
    const asked = inquire(
      { bin: prints('sleep 300 & wait'), env: { PATH: '/usr/bin:/bin', MARK: home }, cwd: home },
      [],
      200,
    );
    await expect(asked).rejects.toMatchObject({
      name: 'LaunchError',
      permanent: false,
      message: expect.stringContaining('gave no answer in 0.2 s'),
    });
    await endAllOf(home);
  });

  test('is asked for with the words of the agent, where the task is, with the environment of the task alone', async () => {
    const script = 'test "$1" = export && test -z "$HOME" && pwd';
    expect(await ask({ ...transcript, holds: home }, prints(script))).toBe(true);
  });
});
