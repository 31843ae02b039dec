import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import {
  CONVERSATION,
  inStep,
  inside,
  patience,
  pidOfCommand,
  progressOf,
  resume,
  script,
  start,
  textOf,
  transcript,
} from './demo-life.ts';

describe('the demo agent', () => {
  test('works a little by itself, for real, when it is not told how', async () => {
    const life = start('Please fix the bug.');
    expect(await life.ended).toBe(0);
    expect(progressOf(life)).toMatchObject({ turn: 'ended', conversation: CONVERSATION, tools: 3 });
    expect(textOf('holdfast-demo.txt')).toContain('demo agent');
  });

  test('gets a prompt of any bytes as it is', async () => {
    const prompt = Buffer.concat([
      Buffer.from([0, 255, 10, 13]),
      Buffer.from("-x '$(id)' `\n@say hi"),
      Buffer.alloc(300_000, 0xc3),
    ]);
    const life = start(prompt);
    expect(await life.ended).toBe(0);
    const result: unknown = JSON.parse(life.lines().at(-1) ?? '');
    expect(result).toMatchObject({ promptSha256: createHash('sha256').update(prompt).digest('hex'), turns: 1 });
  });

  test('keeps its transcript to itself', async () => {
    await start('@say hi').ended;
    expect(statSync(transcript()).mode & 0o777).toBe(0o600);
    expect(statSync(inside('data', 'holdfast-demo', 'conversations')).mode & 0o777).toBe(0o700);
    expect(readdirSync(inside('data', 'holdfast-demo', 'writers'))).toEqual([]);
  });

  test('that is killed in the middle goes on in its next life, each step done exactly once', async () => {
    const first = start(script('@run echo one >> log', '@wait go', '@run echo two >> log', '@say over'));
    await inStep(1);
    first.child.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    expect(textOf('log')).toBe('one\n');

    writeFileSync(inside('go'), '');
    const second = resume();
    expect(await second.ended).toBe(0);
    expect(textOf('log')).toBe('one\ntwo\n');
    expect(progressOf(second)).toMatchObject({ turn: 'ended', conversation: CONVERSATION, tools: 1 });
    expect(JSON.parse(second.lines().at(-1) ?? '')).toMatchObject({ turns: 2 });
  });

  test('kills itself once where the script says once', async () => {
    const first = start(script('@run echo one >> log', '@once @die SIGKILL', '@run echo two >> log'));
    expect(await first.ended).toBe('SIGKILL');
    expect(await resume().ended).toBe(0);
    expect(textOf('log')).toBe('one\ntwo\n');
  });

  test('goes on from a transcript whose last line is torn, and leaves a whole one', async () => {
    await start(script('@run echo one >> log', '@once @exit 7', '@run echo two >> log')).ended;
    appendFileSync(transcript(), '{"type":"step-do');
    expect(await resume().ended).toBe(0);
    expect(textOf('log')).toBe('one\ntwo\n');
    for (const line of readFileSync(transcript(), 'utf8').trimEnd().split('\n'))
      expect(() => JSON.parse(line)).not.toThrow();
  });

  test('leaves its command behind when it is killed in it, and runs it again', async () => {
    const first = start(script('@run echo $$ > pid; while ! [ -e go ]; do sleep 0.02; done; echo ran >> log'));
    const pid = await pidOfCommand();
    first.child.kill('SIGKILL');
    await first.ended;
    const group = execFileSync('ps', ['-o', 'pgid=', '-p', pid.toString()], { encoding: 'utf8' });
    expect(Number(group)).toBe(pid); // alive, and in a group of its own

    writeFileSync(inside('go'), '');
    const second = resume();
    expect(await second.ended).toBe(0);
    expect(second.lines().some((line) => line.includes('"command-interrupted"'))).toBe(true);
    await vi.waitFor(() => expect(textOf('log')).toBe('ran\nran\n'), patience);
  });

  test('does not resume a conversation that it does not know', async () => {
    const life = resume();
    expect(await life.ended).toBe(1);
    expect(life.errors()).toBe(`demo: no conversation ${CONVERSATION}\n`);
    expect(life.lines()).toEqual([]);
  });

  test('does not begin a conversation a second time', async () => {
    await start('@say hi').ended;
    const life = start('@say hi');
    expect(await life.ended).toBe(1);
    expect(life.errors()).toContain('exists already');
  });

  test('refuses a second living writer, and takes over from a dead one', async () => {
    const first = start(script('@say ready', '@wait go'));
    await vi.waitFor(() => expect(first.lines().join()).toContain('ready'), patience);
    const second = resume();
    expect(await second.ended).toBe(1);
    expect(second.errors()).toBe(`demo: conversation ${CONVERSATION} has an active writer\n`);

    first.child.kill('SIGKILL');
    await first.ended;
    expect(readdirSync(inside('data', 'holdfast-demo', 'writers'))).toHaveLength(1);
    writeFileSync(inside('go'), '');
    expect(await resume().ended).toBe(0);
  });
});
