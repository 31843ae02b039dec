import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
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

describe('what a task came to', () => {
  const WRONG = 'module.exports = (a, b) => a - b;\n';
  const TEST = "require('node:test')('adds', () => require('node:assert').equal(require('./sum.js')(1, 2), 3));\n";

  test('is told with the files that it changed, and how its tests ended', async () => {
    const hf = holdfast();
    const git = (...words: string[]) => execFileSync('git', ['-C', hf.work, ...words]);
    writeFileSync(`${hf.work}/sum.js`, WRONG);
    writeFileSync(`${hf.work}/sum.test.js`, TEST);
    git('init', '-q');
    git('add', '.');
    const commit = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '-am'];
    git(...commit, 'begin');
    await hf.start('mends', [
      '@run cat sum.test.js',
      '@run node --test',
      `@write sum.js ${WRONG.trim().replace('-', '+')}`,
      '@write notes.txt mended',
      `@run git ${commit.join(' ')} mended`, // what is committed was changed since the start as well
      '@run node --test',
      '@say sum() adds now.',
    ]);
    const task = await hf.end('mends');
    expect(task.state).toBe('succeeded');
    const result = readFileSync(task.resultFile, 'utf8');
    expect(result).toMatch(/^# mends: succeeded\n\n.*\n\n- attempts: 1\n- minutes: \d+, at work for \d+ of them\n/);
    expect(result).toMatch(
      /\n## Files changed\n\n```\n sum\.js \| 2 \+-\n 1 file changed, 1 insertion\(\+\), 1 deletion\(-\)\n notes\.txt \(new\)\n```\n\n/,
    );
    expect(result).toContain(
      '\n## Commands that looked like tests\n\n- `node --test`: exit 1\n- `node --test`: exit 0\n\n## ',
    );
    expect((await hf.cli('show', 'mends', '--result')).stdout).toBe(result);
  });
});
