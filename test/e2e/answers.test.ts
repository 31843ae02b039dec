import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { methods, type TaskDetail } from '../../src/protocol/methods.ts';
import { holdfast } from './rig.ts';
import { until } from './until.ts';

const journalOf = ({ directory }: TaskDetail): string => readFileSync(join(directory, 'journal.ndjson'), 'utf8');

describe('a permission that an agent asks for in the night', () => {
  const settings = {
    answers: { mode: 'accept-safe', allow: ['command(touch safe-*)'], deny: ['command(*evil*)'] },
    notify: { to: { me: { type: 'command', argv: ['true'] } } },
  };
  const hf = holdfast({ settings, ends: afterAll });
  const made = (name: string): boolean => existsSync(join(hf.work, name));

  test('is granted or refused by the rules, written down and told with the rule; what no rule knows waits for a person', async () => {
    await hf.start('night', ['@request touch safe-1', '@request touch safe-evil', '@request touch else', '@say over']);
    await until(async () => (await hf.task('night')).question?.text === 'May I run: touch else');
    expect((await hf.cli('answer', 'night', 'no')).code).toBe(0);
    const task = await hf.end('night');
    expect(task).toMatchObject({ state: 'succeeded', attempt: 1, denied: 2 });
    expect(['safe-1', 'safe-evil', 'else'].map(made)).toEqual([true, false, false]);
    expect(journalOf(task)).toMatch(/"answered".*"yes".*allow command\(touch safe-\*\)/);
    expect(journalOf(task)).toMatch(/"answered".*"no".*deny command\(\*evil\*\)/);
    const { history } = methods.explain.result.parse(await hf.json('explain', 'night'));
    expect(history.filter(({ happening }) => /asked|answered/.test(happening)).map(({ why }) => why)).toEqual([
      'May I run: touch safe-1',
      'yes (allow command(touch safe-*))',
      'May I run: touch safe-evil',
      'no (deny command(*evil*))',
      'May I run: touch else',
    ]);
    const { notices } = methods.notices.result.parse(await hf.json('notices'));
    expect(notices.filter(({ kind }) => kind === 'answered' || kind === 'waiting-input')).toMatchObject([
      { sentence: expect.stringContaining('May I run: touch safe-1 → yes (allow command(touch safe-*))') },
      { sentence: expect.stringContaining('May I run: touch safe-evil → no (deny command(*evil*))') },
      { sentence: expect.stringContaining('asks: May I run: touch else') },
    ]);
  });

  test('is answered by a person with yes or no, whatever its choices are called', async () => {
    await hf.start('may', ['@request touch may.ran', '@request touch may.not']);
    await until(async () => (await hf.task('may')).question?.text === 'May I run: touch may.ran');
    expect((await hf.cli('answer', 'may', 'yes')).code).toBe(0);
    await until(async () => (await hf.task('may')).question?.text === 'May I run: touch may.not');
    expect((await hf.cli('answer', 'may', 'no')).code).toBe(0);
    expect(await hf.end('may')).toMatchObject({ state: 'succeeded', denied: 1 });
    expect([made('may.ran'), made('may.not')]).toEqual([true, false]);
  });

  test('is granted or refused by patterns of the task too, beside those of the settings', async () => {
    const script = ['@request touch own-1', '@request touch own-2', '@request touch own-evil', '@request touch safe-4'];
    const flags = ['--allow', 'command(touch own-*)', '--deny', 'command(touch own-2)', '--deny', 'command(rm *)'];
    await hf.start('own', script, ...flags);
    expect(await hf.end('own')).toMatchObject({ state: 'succeeded', attempt: 1, denied: 2 });
    expect(['own-1', 'own-2', 'own-evil', 'safe-4'].map(made)).toEqual([true, false, false, true]);
  });

  test.each([
    [['--allow', 'command(ls)', '--answers', 'ask'], /get ask: add --answers accept-safe/],
    [['--deny', 'command(ls)', '--answers', 'deny'], /get deny: add --answers accept-safe/],
    [['--allow', 'no such pattern('], /"no such pattern\(" is not a pattern: write TOOL or TOOL\(WHAT\)/],
  ])('cannot be answered by %j', async (flags, why) => {
    const done = await hf.cli('start', 'demo', 'odd', '--prompt', 'x', ...flags);
    expect(done).toMatchObject({ code: 2, stderr: expect.stringMatching(why) });
  });

  test('is refused for a task that was started so', async () => {
    await hf.start('strict', ['@request touch safe-2'], '--answers', 'deny');
    expect(await hf.end('strict')).toMatchObject({ state: 'succeeded', denied: 1 });
    expect(made('safe-2')).toBe(false);
  });

  test('is granted to no task of a project that wants to be asked for', async () => {
    writeFileSync(join(hf.work, '.holdfast.json'), '{"answers": {"mode": "ask"}}');
    await hf.start('project', ['@request touch safe-3']);
    await until(async () => (await hf.task('project')).state === 'waiting-input');
    expect(made('safe-3')).toBe(false);
    await hf.cli('stop', 'project');
  });
});
