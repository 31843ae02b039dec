import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { holdfast, kindsOf } from './rig.ts';

/** Seconds, where a real agent gets three quarters of an hour. */
const silence = { stalledMinutes: 0.02, hungMinutes: 0.06, hungIdleMinutes: 0.02, lingerSeconds: 1 };

describe('an agent that hangs at its prompt', () => {
  const hf = holdfast({ settings: { tickSeconds: 0.3, resume: { baseMinutes: 0 }, silence }, ends: afterAll });

  test('is sent a line, and goes on with the same life', async () => {
    await hf.start('poked', ['@listen', '@say over'], '--driver', 'tui');
    const task = await hf.end('poked');
    expect(task).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect((await hf.cli('logs', 'poked')).stdout).toContain('You said: Nothing has been heard of you');
    expect((await hf.cli('explain', 'poked')).stdout).toMatch(/hung +stalled/);
  });

  test('that asks in a terminal is answered by the rules too', async () => {
    await hf.start('rules', ['@request touch rules.ran', '@say over'], '--driver', 'tui', '--answers', 'deny');
    expect(await hf.end('rules')).toMatchObject({ state: 'succeeded', attempt: 1, denied: 1 });
  });

  test('and reads no line is ended and resumed', async () => {
    await hf.start('deaf', ['@once @hang', '@say over']);
    const task = await hf.end('deaf');
    expect(task).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(kindsOf(task)).toEqual(['fresh', 'resume']);
    expect(task.attempts[0]?.cause).toMatch(/^it hung: nothing written/);
  });

  test('is not one whose tool says nothing for as long', async () => {
    await hf.start('patient', ['@run mkfifo gate; touch waits; read line <gate', '@say over']);
    await hf.sees('waits');
    await hf.start('hangs', ['@once @hang', '@say over']); // silent for less long than the tool
    expect(await hf.end('hangs')).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(await hf.task('patient')).toMatchObject({ state: 'running', attempt: 1 });
    writeFileSync(`${hf.work}/gate`, 'go\n', { flag: 'r+' }); // by which no opening waits for a reader
    const task = await hf.end('patient');
    expect(task).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(kindsOf(task)).toEqual(['fresh']);
    expect((await hf.cli('explain', 'patient')).stdout).not.toMatch(/hung|stalled/);
  });
});
