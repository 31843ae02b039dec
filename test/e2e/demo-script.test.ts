import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import {
  CONVERSATION,
  inStep,
  inside,
  PROGRAM,
  patience,
  pidOfCommand,
  progressOf,
  script,
  start,
  textOf,
} from './demo-life.ts';

describe('a script for the demo agent', () => {
  test('that may only read runs nothing and writes nothing', async () => {
    const life = start(
      script('@run touch a', '@fork touch b', '@touch c', '@write d text'),
      '--permissions',
      'read-only',
    );
    expect(await life.ended).toBe(0);
    expect(progressOf(life)).toMatchObject({ turn: 'ended', tools: 0, denied: 4 });
    expect(readdirSync(inside())).toEqual(['data']);
  });

  test.each([
    ['@exit 7', 7, 'open'],
    ['@exit0-early', 0, 'open'],
    ['@die SIGTERM', 'SIGTERM', 'open'],
    ['@die SIGSEGV', 'SIGSEGV', 'open'],
    ['@marker', 0, 'ended'],
    ['@retry Reconnecting... 1/5', 0, 'ended'],
    ['@sleep 1', 0, 'ended'],
    ['@fail network', 1, 'failed'],
    ['@slep 1', 1, 'failed'],
  ])('ends as it is told: %s', async (line, end, turn) => {
    const life = start(script('@say hi', line));
    expect(await life.ended).toBe(end);
    expect(progressOf(life).turn).toBe(turn);
  });

  test('fails with a kind and a time when it is told to', async () => {
    const life = start('@fail usage-limit 60');
    expect(await life.ended).toBe(1);
    const { failure } = progressOf(life);
    expect(failure?.kind).toBe('usage-limit');
    expect(failure?.resetAt).toBeGreaterThan(Date.now());
  });

  test('ignores SIGTERM when it is told to', async () => {
    const life = start(script('@ignore-term', '@say deaf', '@wait go'));
    await vi.waitFor(() => expect(life.lines().join()).toContain('deaf'), patience);
    life.child.kill('SIGTERM');
    writeFileSync(inside('go'), '');
    expect(await life.ended).toBe(0);
  });

  test.each([
    ['@hang', 'hi'],
    ['@block', 'hi'],
    ['@final-then-hang', '"type":"result"'],
  ])('stays when it is told to: %s', async (line, last) => {
    const life = start(script('@say hi', line, '@say never'));
    await vi.waitFor(() => expect(life.lines().join()).toContain(last), patience);
    await inStep(1);
    expect(life.child.exitCode).toBeNull();
    life.child.kill('SIGTERM');
    expect(await life.ended).toBe('SIGTERM');
    expect(life.lines().join()).not.toContain('never');
  });

  test('prints raw lines and a lot of them when it is told to', async () => {
    const life = start(script('@print-raw npm WARN old', '@spew 1'));
    expect(await life.ended).toBe(0);
    expect(life.lines()).toContain('npm WARN old');
    expect(life.lines().join('\n').length).toBeGreaterThan(1e6);
  });

  test('starts what outlives it', async () => {
    const life = start('@fork echo $$ > pid; while ! [ -e go ]; do sleep 0.02; done; echo > gone');
    expect(await life.ended).toBe(0);
    const pid = await pidOfCommand();
    expect(process.kill(pid, 0)).toBe(true);
    writeFileSync(inside('go'), '');
    await vi.waitFor(() => expect(existsSync(inside('gone'))).toBe(true), patience);
  });

  test('asks at the terminal although its prompt came from a file', async () => {
    writeFileSync(inside('prompt'), '@ask Which one?');
    const tmux = (...words: string[]): void => {
      execFileSync('tmux', ['-L', `holdfast-demo-${process.pid}`, '-f', '/dev/null', ...words], { cwd: inside() });
    };
    const command = `exec env XDG_DATA_HOME=data "$0" "$1" run --json --conversation ${CONVERSATION} <prompt >out`;
    tmux('new-session', '-d', '-s', 'ask', '-c', inside(), 'sh', '-c', command, process.execPath, PROGRAM);
    try {
      await vi.waitFor(() => expect(textOf('out')).toContain('"ask"'), patience);
      tmux('send-keys', '-t', '=ask:', 'the left', 'Enter');
      await vi.waitFor(() => expect(textOf('out')).toContain('You answered: the left'), patience);
    } finally {
      spawnSync('tmux', ['-L', `holdfast-demo-${process.pid}`, 'kill-server'], { stdio: 'ignore' });
    }
  });
});
