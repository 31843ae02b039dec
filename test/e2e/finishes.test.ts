import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { holdfast, kindsOf } from './rig.ts';
import { until } from './until.ts';

/** No wait between attempts, and no more than three of them. */
const quick = { resume: { baseMinutes: 0, maxAttempts: 3 } };

describe('a task', () => {
  const hf = holdfast({ settings: quick, ends: afterAll });

  /** What the operator would see in the pane, with everything that has scrolled away. */
  const pane = (session: string): string => hf.tmux('capture-pane', '-p', '-J', '-S', '-', '-t', `=${session}:`).stdout;

  test('that is done has succeeded, and its verdict names the three witnesses', async () => {
    await hf.start('done', ['@say I begin.', '@run echo one >> done.log']);
    const task = await hf.end('done');
    expect(task).toMatchObject({
      state: 'succeeded',
      attempt: 1,
      exitStatus: 0,
      tools: 1,
      verdict: { state: 'succeeded' },
    });
    expect(task.verdict?.evidence.join('\n')).toMatch(
      /exit 0 and the final event.*exit record: status 0.*own events: turn ended.*claim of attempt 1: runner/s,
    );
    expect(kindsOf(task)).toEqual(['fresh']);
    expect(hf.text('done.log')).toBe('one\n');
  });

  test('that is done leaves its last message in result.md and the marker in its pane', async () => {
    await hf.start('told', ['@say hi']);
    const { resultFile, session } = await hf.end('told');
    const result = readFileSync(resultFile, 'utf8');
    expect(result).toMatch(/^# told: succeeded\n/);
    expect(result).toContain('Done: 1 step in 1 turn.');
    await until(() => /^__TASK_DONE__ \S+$/m.test(pane(session)));
    expect(pane(session)).toContain('Done: 1 step in 1 turn.');
  });

  test.each([
    ['leaves with exit 0 and without its final event', '@once @exit0-early', 'exit 0 without the final event', 0],
    ['prints the marker and dies', '@once @die SIGKILL', 'killed by signal 9', 137],
    ['ends with its own status', '@once @exit 7', 'exit 7', 7],
    ['says that the network failed', '@once @fail network', 'network: the script asked for this failure', 1],
    ['says that its turn failed', '@once @fail overloaded', 'overloaded: the script asked for this failure', 1],
  ])('whose agent %s has crashed and is resumed', async (_, line, cause, exitStatus) => {
    const name = `crash-${line
      .replace(/[^a-zA-Z0-9]+/g, '-')
      .toLowerCase()
      .replace(/^-|-$/g, '')}`;
    await hf.start(name, ['@marker', line, '@say over']);
    const task = await hf.end(name);
    expect(task).toMatchObject({
      state: 'succeeded',
      attempts: [{ kind: 'fresh', exitStatus, cause }, { kind: 'resume' }],
    });
  });

  test('whose agent prints the marker and lives is still at work', async () => {
    await hf.start('marker', ['@marker', '@touch marker.said', '@wait marker.go']);
    await hf.sees('marker.said');
    await until(async () => pane((await hf.task('marker')).session).includes('__TASK_DONE__'));
    expect(await hf.task('marker')).toMatchObject({ state: 'running', attempt: 1 });
    hf.touch('marker.go');
    expect(await hf.end('marker')).toMatchObject({ state: 'succeeded', attempt: 1 });
  });

  test('that has failed shows no line that is the marker, and says in result.md why', async () => {
    await hf.start('never', ['@marker', '@exit0-early'], '--max-attempts', '1');
    const task = await hf.end('never');
    expect(task.state).toBe('gave-up');
    await until(() => pane(task.session).includes('left without a final event'));
    expect(pane(task.session)).not.toMatch(/^__TASK_DONE__/m);
    expect(readFileSync(task.resultFile, 'utf8')).toContain('exit 0 without the final event');
  });

  test('whose agent has no login has failed at once, with the remedy', async () => {
    await hf.start('login', ['@fail auth']);
    const task = await hf.end('login');
    expect(task).toMatchObject({
      state: 'failed',
      attempt: 1,
      summary: expect.stringMatching(/^auth: .*log in again/),
    });
    expect(task.verdict?.evidence.join('\n')).toMatch(/log ?in/i);
  });

  test('whose agent never gets it done is given up after its attempts', async () => {
    await hf.start('hopeless', ['@exit 7']);
    const task = await hf.end('hopeless');
    expect(task).toMatchObject({ state: 'gave-up', attempt: 3, exitStatus: 7 });
    expect(task.summary).toContain('3 attempts were made');
  });
});
