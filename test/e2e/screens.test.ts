import { existsSync, readFileSync, statSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { fileOf, holdfast } from './rig.ts';
import { until } from './until.ts';

/** More lines than a pane has. */
const MANY = Array.from({ length: 120 }, (_, index) => `@say line ${index}`);

describe('what a pane has shown', () => {
  const hf = holdfast({ settings: { resume: { baseMinutes: 0 } }, ends: afterAll });
  const screen = async (name: string, ...flags: string[]): Promise<string> =>
    (await hf.cli('logs', name, '--screen', ...flags)).stdout;

  test('is kept for each attempt, with what had scrolled away, readable by its owner, when its session is closed', async () => {
    await hf.start('kept', ['@say first of all', ...MANY, '@once @die SIGKILL', '@say over']);
    const task = await hf.end('kept');
    expect(task).toMatchObject({ state: 'succeeded', attempt: 2 });
    await hf.cli('stop', 'kept');
    expect(await screen('kept', '--attempt', '1')).toContain('first of all');
    expect(await screen('kept')).toContain('Done: 123 steps');
    expect(statSync(fileOf(task, 1, 'screen.txt')).mode & 0o777).toBe(0o600);
  });

  test('is kept before a long wait for the next attempt, in which a tmux server may die', async () => {
    const patient = holdfast({ settings: { resume: { baseMinutes: 60 } } });
    const { directory } = await patient.start('waits', ['@say first of all', '@die SIGKILL']);
    await until(async () => {
      const { state, attempt } = await patient.task('waits');
      return state === 'backing-off' && attempt === 2;
    });
    await until(() => existsSync(fileOf({ directory }, 2, 'screen.txt')));
    patient.tmux('kill-server');
    const { stdout } = await patient.cli('logs', 'waits', '--screen');
    expect(stdout).toContain('I go on');
    expect(stdout).toBe(readFileSync(fileOf({ directory }, 2, 'screen.txt'), 'utf8'));
  });

  test('is drawn again from the events where its tmux server died first', async () => {
    await hf.start('drawn', ['@say before it dies', '@touch drawn.said', '@wait drawn.go', '@say over']);
    await hf.sees('drawn.said');
    const { directory } = await hf.task('drawn');
    hf.tmux('kill-server');
    hf.touch('drawn.go');
    expect(await hf.end('drawn')).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(existsSync(fileOf({ directory }, 1, 'screen.txt'))).toBe(false);
    expect(await screen('drawn', '--attempt', '1')).toContain('before it dies');
  });
});
