import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { codex } from '../../src/agents/codex.ts';
import { resultIn } from '../../src/daemon/outbox/facts.ts';
import { writeResult } from '../../src/daemon/result.ts';
import { newTask, type Task } from '../../src/domain/task.ts';
import { sparedOnce } from '../domain/samples.ts';
import { heldIn } from './samples.ts';

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

const line = (event: object): string => `${JSON.stringify(event)}\n`;
const message = (text: string): string => line({ type: 'message', text });
const ran = (command: string, exitCode?: number): string => line({ type: 'command-ended', id: '1', command, exitCode });

/** `isCodex`: in its own program, of whose commands nobody tells how they ended. */
interface But {
  readonly at?: number;
  readonly used?: Task['used'];
  readonly isCodex?: true;
  /** How many of the attempts are of this run; all, unless it is said. */
  readonly tries?: number;
}
type Attempts = readonly Readonly<Record<string, string>>[];

/** The result of a cancelled task whose attempts, one after the other, left these files; its daemon has looked at none. */
const resultOf = (...attempts: Attempts): Promise<string> => resultWith({}, attempts);

/** The same, but for what the test says; the task was begun at 0. */
async function resultWith({ at = 60_000, used, isCodex, tries }: But, attempts: Attempts): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'hf-result-'));
  dirs.push(dir);
  attempts.forEach((files, index) => {
    const at = join(dir, 'attempts', String(index + 1));
    mkdirSync(at, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(at, name), text);
  });
  const phase = { state: 'cancelled', why: 'stopped' } as const;
  const [attempt, made] = [attempts.length, tries ?? attempts.length];
  const held = heldIn(dir, { ...newTask(0), ...(used ? { used } : {}), attempt, tries: made, phase });
  const spec = { ...held.spec, driver: 'tui' } as const;
  await writeResult(isCodex ? { ...held, agent: codex, spec } : held, {}, at);
  return readFileSync(join(dir, 'result.md'), 'utf8');
}

test.each([
  ['the last attempt', [{ 'events.jsonl': message('One.') }, { 'events.jsonl': message('Two.') }], 'Two.'],
  [
    'an earlier one, where the last died mute',
    [{ 'events.jsonl': message('One.') }, { 'stderr.log': 'Killed' }],
    'One.',
  ],
  ['the standard error, where none of them spoke', [{}, { 'stderr.log': 'Killed\n' }], '```\nKilled\n```'],
  ['the standard error of an earlier one', [{ 'stderr.log': 'Killed\n' }, {}], '```\nKilled\n```'],
  ['nobody, and says so', [{}, {}], '(no output captured)'],
])('what stands last in a result is from %s', async (_, attempts, words) => {
  expect(await resultOf(...attempts)).toMatch(new RegExp(`said last\\n\\n${words.replace(/[().]/g, '\\$&')}\\n$`));
});

test('a result says which attempt its last message is from, where it is not the last', async () => {
  expect(await resultOf({ 'events.jsonl': message('One.') }, {})).toContain('- last message: of attempt 1, ');
  expect(await resultOf({}, { 'events.jsonl': message('Two.') })).not.toContain('- last message');
});

describe('a result says what it took', () => {
  const MINUTE = 60_000;
  const lived = (minutes: number) => ({ tools: 0, tokens: { input: 0, output: 0 }, workedMs: minutes * MINUTE });

  test('in attempts, and in minutes of which some were waits', async () => {
    const used = { attempt: 3, before: lived(20), now: lived(51.4) };
    const result = await resultWith({ at: 95.6 * MINUTE, used }, [{}, {}, {}]);
    expect(result).toContain('- attempts: 3\n- minutes: 96, at work for 71 of them\n');
  });
});

describe('a result says of commands that looked like tests', () => {
  const tests = (result: string): string | undefined => /looked like tests\n\n([\s\S]*?)\n\n## /.exec(result)?.[1];

  test.each<[string, Attempts, string | undefined, string | undefined]>([
    ['nothing, where there were none', [{ 'events.jsonl': ran('ls', 0) }], undefined, undefined],
    [
      'how each ended',
      [{ 'events.jsonl': ran('npm test', 1) + ran('ls', 0) + ran('npm test', 0) }],
      '- `npm test`: exit 1\n- `npm test`: exit 0',
      '1 of 2 failed',
    ],
    ['that all passed', [{ 'events.jsonl': ran('npm test', 0) }], '- `npm test`: exit 0', '1 ok'],
    ['that one was killed', [{ 'events.jsonl': ran('npm test', -1) }], '- `npm test`: exit -1', '1 of 1 failed'],
    ['that one failed without a code', [{ 'events.jsonl': ran('npm test') }], '- `npm test`: failed', '1 of 1 failed'],
    [
      'their first line, cut, with no sign that would end it',
      [{ 'events.jsonl': ran(`npm test \`x\` ${'y'.repeat(300)}\n## No heading`, 0) }],
      `- \`npm test 'x' ${'y'.repeat(200 - 13)}\`: exit 0`,
      '1 ok',
    ],
    [
      'those of an earlier attempt, where the last ran none',
      [{ 'events.jsonl': ran('npm test', 1) }, { 'events.jsonl': ran('ls', 0) }],
      '- `npm test`: exit 1',
      '1 of 1 failed',
    ],
  ])('%s', async (_, attempts, expected, inNotice) => {
    const result = await resultOf(...attempts);
    expect(tests(result)).toBe(expected);
    expect(resultIn(result).checks).toBe(inNotice);
  });

  test('of which attempt they are, where it is not the last', async () => {
    const tested = { 'events.jsonl': ran('npm test', 0) };
    expect(await resultOf(tested, {})).toContain('- tests: of attempt 1, what came after it ran none\n');
    expect(await resultOf({}, tested)).not.toContain('- tests:');
  });

  test('those of an attempt that cost none', async () => {
    const { tries } = sparedOnce();
    const result = await resultWith({ tries }, [{ 'events.jsonl': ran('npm test', 1) }, {}]);
    expect(resultIn(result).checks).toBe('1 of 1 failed');
  });

  test('none of what was asked before', async () => {
    const result = await resultWith({ tries: 1 }, [{ 'events.jsonl': ran('npm test', 1) }, {}]);
    expect(resultIn(result).checks).toBeUndefined();
  });
});

test('a test of which nobody tells how it ended is not said to have passed, neither here nor in a notice', async () => {
  const run = { hook_event_name: 'PostToolUse', tool_name: 'Bash', tool_input: { command: 'npm test' } };
  const result = await resultWith({ isCodex: true }, [{ 'events.jsonl': line(run) }]);
  expect(result).toContain('\n- `npm test`: ended, its exit code was not told\n');
  expect(resultIn(result).checks).toBe('1 ended, the exit code of 1 was not told');
});
