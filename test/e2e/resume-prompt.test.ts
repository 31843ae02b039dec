import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { holdfast } from './rig.ts';

describe('an agent that is resumed', () => {
  const hf = holdfast({ settings: { resume: { baseMinutes: 0 } }, ends: afterAll });
  execFileSync('git', ['-C', hf.work, 'init', '-q']);
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.org'];
  execFileSync('git', ['-C', hf.work, ...who, 'commit', '-q', '--allow-empty', '-m', 'begin']);
  const told = async (name: string): Promise<string> => {
    const { directory, state } = await hf.end(name);
    expect(state).toBe('succeeded');
    return readFileSync(join(directory, 'launch', '2.continue.md'), 'utf8');
  };
  const script = ['@write made.txt text', '@once @die SIGKILL', '@say over'];

  test('is told why, what it did last, and what it has changed', async () => {
    await hf.start('told', script);
    const words = await told('told');
    expect(words).toContain('before you had finished: killed by signal 9. Your last tool call was: edit: made.txt.');
    expect(words).toContain('as git has it:\n made.txt (new)\n');
  });

  test('is told what was under way, and nothing twice', async () => {
    await hf.start('open', ['@once @run kill -9 $PPID; sleep 1', '@say over']);
    expect(await told('open')).toMatch(/: killed by signal 9\. This was under way: command: kill -9 \$PPID; sleep 1\./);
  });

  test('is told the words of its task, of the settings where it has none', async () => {
    await hf.start('own', script, '--resume-prompt', 'Once more ({why}).');
    expect(await told('own')).toBe('Once more (killed by signal 9).');
    expect((await hf.cli('config', 'set', 'resume.prompt', 'As you were.')).code).toBe(0);
    expect((await hf.cli('daemon', 'reload')).code).toBe(0);
    await hf.start('settings', script);
    expect(await told('settings')).toBe('As you were.');
  });
});
