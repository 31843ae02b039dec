import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { writeResult } from '../../src/daemon/result.ts';
import { newTask } from '../../src/domain/task.ts';
import { heldIn } from './samples.ts';

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

const message = (text: string): string => `${JSON.stringify({ type: 'message', text })}\n`;

/** The result of a cancelled task whose attempts, one after the other, left these files; its daemon has looked at none. */
async function resultOf(...attempts: readonly Readonly<Record<string, string>>[]): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'hf-result-'));
  dirs.push(dir);
  attempts.forEach((files, index) => {
    const at = join(dir, 'attempts', String(index + 1));
    mkdirSync(at, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(at, name), text);
  });
  const phase = { state: 'cancelled', why: 'stopped' } as const;
  const held = heldIn(dir, { ...newTask(0), attempt: attempts.length, phase });
  await writeResult(held, {}, 60_000);
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
