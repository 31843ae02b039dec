import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { holdfast } from './rig.ts';

describe('an agent that dies again and again', () => {
  const settings = { resume: { baseMinutes: 0, jitter: 0, fastDeathSeconds: 0 } };
  const hf = holdfast({ settings, ends: afterAll });
  const git = (...words: string[]) => execFileSync('git', ['-C', hf.work, ...words]);
  git('init', '-q');
  git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '--allow-empty', '-m', 'begin');

  test('and changes nothing is given up, and goes on when a person says yes', async () => {
    await hf.start('circle', ['@say I begin.', '@die SIGKILL']);
    const task = await hf.end('circle');
    expect(task).toMatchObject({
      state: 'gave-up',
      attempt: 2,
      question: { choices: ['yes', 'no'] },
      summary: '2 attempts in a row changed nothing in the work tree; last: killed by signal 9',
    });
    expect((await hf.cli('answer', 'circle', 'no')).code).toBe(0);
    expect((await hf.task('circle')).attempt).toBe(2);
    expect((await hf.cli('answer', 'circle', 'yes')).stderr).toContain('circle goes on');
    expect(await hf.end('circle')).toMatchObject({ state: 'gave-up', attempt: 4 });
  });

  test('and changes something each time is resumed', async () => {
    const lives = ['one', 'two', 'three', 'four'];
    await hf.start('gets-on', [
      ...lives.flatMap((life) => [`@run echo ${life} >> log`, '@once @die SIGKILL']),
      '@say over',
    ]);
    expect(await hf.end('gets-on')).toMatchObject({ state: 'succeeded', attempt: 5 });
  });
});
