import { readFileSync, statSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { kill } from './processes.ts';
import { fileOf, holdfast, kindsOf, markedBy, pidOf } from './rig.ts';
import { until } from './until.ts';

const TUI = ['--driver', 'tui'];

describe('an agent in its own program', () => {
  const hf = holdfast({
    settings: { resume: { baseMinutes: 0 }, silence: { lingerSeconds: 1 } },
    ends: afterAll,
  });

  test('is done at its final event, and shown out when nobody sits at its prompt', async () => {
    await hf.start('alone', ['@say hello from the terminal', '@run echo $((40 + 2))'], ...TUI);
    const task = await hf.end('alone');
    expect(task).toMatchObject({ state: 'succeeded', driver: 'tui', tools: 1, attempt: 1 });
    expect(markedBy(task)).toEqual([]);
    const { stdout } = await hf.cli('logs', 'alone', '--screen');
    expect(stdout).toContain('hello from the terminal\n$ echo $((40 + 2))\n42');
    expect(statSync(fileOf(task, 1, 'events.jsonl')).mode & 0o777).toBe(0o600);
  });

  test('is killed and goes on in the same conversation, in the same session', async () => {
    await hf.start(
      'killed',
      ['@run echo one >> killed', '@touch killed.up', '@wait killed.go', '@run echo two >> killed'],
      ...TUI,
    );
    await hf.sees('killed.up');
    const before = await hf.task('killed');
    kill(await pidOf(before, 1, 'agent'));
    await until(async () => (await hf.task('killed')).attempt === 2);
    hf.touch('killed.go');
    const task = await hf.end('killed');
    expect(kindsOf(task)).toEqual(['fresh', 'resume']);
    expect(task).toMatchObject({ state: 'succeeded', conversation: before.conversation, session: before.session });
    expect(hf.text('killed')).toBe('one\ntwo\n');
    expect(
      hf
        .conversations()
        .get(task.conversation ?? '')
        ?.filter(({ type }) => type === 'prompt'),
    ).toHaveLength(2);
  });

  test('asks, and goes on when it is answered', async () => {
    await hf.start('asks', ['@ask which database?', '@touch asks.over'], ...TUI);
    await until(async () => (await hf.task('asks')).state === 'waiting-input');
    expect(await hf.task('asks')).toMatchObject({ question: { text: 'which database?', choices: [] } });
    expect((await hf.cli('explain', 'asks')).stdout).toMatch(/screen \(its live bottom\) +asks/);
    expect(await hf.cli('answer', 'asks', 'postgres')).toMatchObject({ code: 0 });
    expect(await hf.end('asks')).toMatchObject({ state: 'succeeded' });
    expect((await hf.cli('logs', 'asks', '--screen')).stdout).toContain('You answered: postgres');
  });

  test('is typed into only when it takes input', async () => {
    await hf.start('busy', ['@touch busy.up', '@wait busy.go'], ...TUI);
    await hf.sees('busy.up');
    expect(await hf.cli('send', 'busy', 'hello?')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('--force'),
    });
    hf.touch('busy.go');
    await hf.end('busy');
  });

  test('whose turn failed is shown out, and the failure is the one it told', async () => {
    await hf.start('denied', ['@fail auth'], ...TUI);
    const task = await hf.end('denied');
    expect(task).toMatchObject({ state: 'failed', summary: expect.stringContaining('auth: the script asked') });
    expect(markedBy(task)).toEqual([]);
  });

  test('gets its prompt as it is, and never in its words', async () => {
    const script = ['@say "quoted" $(id) `x`', '@touch exact.up', '@wait exact.go'];
    await hf.start('exact', script, ...TUI);
    await hf.sees('exact.up');
    const task = await hf.task('exact');
    for (const { text } of markedBy(task)) expect(text).not.toContain('quoted');
    hf.touch('exact.go');
    await hf.end('exact');
    const [prompt] = hf.conversations().get(task.conversation ?? '') ?? [];
    expect(JSON.stringify(hf.conversations().get(task.conversation ?? ''))).toContain(task.prompt.sha256);
    expect(prompt).toBeDefined();
  });
});

describe('a program that goes on while its daemon is dead', () => {
  test('is found again with all that it did meanwhile', async () => {
    const hf = holdfast({ settings: { silence: { lingerSeconds: 1 } } });
    await hf.start('on', ['@touch on.up', '@wait on.go', '@say said to nobody'], ...TUI);
    await hf.sees('on.up');
    await hf.killDaemon();
    hf.touch('on.go');
    expect(await hf.end('on')).toMatchObject({ state: 'succeeded', attempt: 1 });
    const [task] = await hf.list();
    expect(readFileSync((await hf.task(task?.name ?? '')).resultFile, 'utf8')).toContain('Done: 3 steps');
  });
});
