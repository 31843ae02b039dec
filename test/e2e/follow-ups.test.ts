import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { killed } from './processes.ts';
import { holdfast, kindsOf, pidOf } from './rig.ts';
import { until } from './until.ts';

const quick = { tickSeconds: 0.3, resume: { baseMinutes: 0 } };

describe('a task that is let go on with new words', () => {
  test('gets them in the same conversation, whole and from a file', async () => {
    const hf = holdfast();
    await hf.start('port', ['@say one']);
    await hf.end('port');
    const words = `Also the docs: $(touch pwned)\n${'ä'.repeat(50_000)}`;
    await hf.begin({ stdin: words }, 'retry', 'port', '--prompt-file', '-');
    const task = await hf.end('port');
    expect(kindsOf(task)).toEqual(['fresh', 'resume']);
    const [entries] = hf.conversations().values();
    expect(entries?.filter(({ type }) => type === 'prompt').at(-1)).toMatchObject({ text: words });
  });

  test('gets them again where the attempt dies that had them', async () => {
    const hf = holdfast({ settings: quick });
    const prompts = () => [...hf.conversations().values()].flat().filter(({ type }) => type === 'prompt');
    const task = await hf.start('port', ['@say one', '@wait never']);
    await until(() => prompts().length === 1); // before, there is no conversation to go on with
    await hf.cli('stop', 'port', '--grace', '100ms');
    await until(async () => (await hf.task('port')).state === 'cancelled');
    await hf.cli('retry', 'port', '--prompt', 'Mind the tests.');
    await until(() => prompts().length === 2);
    await killed(await pidOf(task, 2, 'agent'));
    await until(() => prompts().length === 3);
    expect(prompts().at(-1)).toMatchObject({
      text: expect.stringMatching(/interrupted[\s\S]*asked of you last:\n\nMind the tests\.$/),
    });
  });

  test('keeps what it has while it is at it', async () => {
    const hf = holdfast();
    await hf.start('port', ['@wait go']);
    expect(await hf.cli('retry', 'port', '--prompt', 'x')).toMatchObject({ code: 4 });
    hf.touch('go');
  });
});

test('a directory is made, and made a repository, only where that is said', async () => {
  const hf = holdfast();
  const begin = (name: string, ...flags: string[]) =>
    hf.cli('start', 'demo', name, '--cwd', `${hf.work}/new`, '--prompt', '@say x', ...flags);
  expect(await begin('one')).toMatchObject({ code: 66 });
  expect(await begin('one', '--mkdir', '--git-init')).toMatchObject({ code: 0 });
  expect(existsSync(`${hf.work}/new/.git`)).toBe(true);
  expect(await begin('two', '--mkdir', '--git-init')).toMatchObject({ code: 0 });
});
