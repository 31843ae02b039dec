import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { holdfast } from './rig.ts';
import { until } from './until.ts';

/** After the second death nothing happens for long. */
const settings = { resume: { baseMinutes: 60 } };

describe('a task that waits for its next attempt', () => {
  test('is known by a daemon that has seen none: what was used, and what was said', async () => {
    const hf = holdfast({ settings });
    await hf.start('spoke', ['@say I found the cause.', '@run echo one', '@die SIGKILL']);
    const before = await until(async () => {
      const task = await hf.task('spoke');
      return task.attempt === 2 && task.state === 'backing-off' && task;
    });
    const { tools, tokens } = before;
    expect(tools).toBe(1); // both in the first attempt
    expect(tokens.input).toBeGreaterThan(2000);
    await hf.killDaemon();
    expect(await hf.list()).toMatchObject([{ state: 'backing-off', tools, tokens }]);
    await hf.cli('stop', 'spoke');
    const result = readFileSync(before.resultFile, 'utf8');
    expect(result).toContain(`- tool calls: ${tools}\n- tokens: ${tokens.input} in, ${tokens.output} out\n`);
    expect(result).toMatch(/said last\n\nI go on: .*\n$/);
  });
});
