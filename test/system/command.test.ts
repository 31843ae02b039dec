import { describe, expect, test } from 'vitest';
import { type Command, runCommand } from '../../src/system/command.ts';

const PATH = '/usr/local/bin:/usr/bin:/bin';
const run = (argv: Command['argv'], more: Partial<Command> = {}) =>
  runCommand({ argv, env: { PATH }, cwd: '/', timeoutMs: 10_000, ...more });
const sh = (script: string, more: Partial<Command> = {}) => run(['sh', '-c', script], more);

describe('a command', () => {
  test('says what it says, without the last line break', async () => {
    expect(await sh('printf "a\\n\\n"; echo b >&2')).toEqual({
      end: { by: 'exit', status: 0 },
      stdout: 'a\n',
      stderr: 'b',
    });
  });

  test('gets its words as they are, this environment and no more, and this directory', async () => {
    const { stdout } = await run(['sh', '-c', 'echo "$1"; env | grep -v ^_= | sort; pwd', 'sh', '$(id) *;'], {
      env: { PATH, A: 'b' },
      cwd: '/usr',
    });
    expect(stdout.split('\n')).toEqual(['$(id) *;', 'A=b', `PATH=${PATH}`, 'PWD=/usr', '/usr']);
  });

  test('reads its input, or nothing', async () => {
    expect((await sh('cat', { input: 'é\n\n' })).stdout).toBe('é\n');
    expect((await sh('cat')).stdout).toBe('');
  });

  test('need not read its input', async () => {
    expect((await sh('exit 3', { input: 'x'.repeat(1_000_000) })).end).toEqual({ by: 'exit', status: 3 });
  });

  test.each<[string, () => ReturnType<typeof runCommand>, object]>([
    ['by its status', () => sh('exit 7'), { by: 'exit', status: 7 }],
    ['by a signal', () => sh('kill -9 $$'), { by: 'signal', signal: 'SIGKILL' }],
    ['by its time', () => run(['sleep', '100'], { timeoutMs: 50 }), { by: 'time' }],
    ['by its time, also while others hold its output', () => sh('sleep 5 & wait', { timeoutMs: 50 }), { by: 'time' }],
    ['by an error where it is not there', () => run(['/none/such']), { by: 'error', code: 'ENOENT' }],
    [
      'by an error where there are too many words',
      () => run(['true', 'x'.repeat(3e6)]),
      { by: 'error', code: 'E2BIG' },
    ],
  ])('ends %s', async (_, ended, end) => {
    expect((await ended()).end).toEqual(end);
  });

  test('that says more than it may is ended, and what it said is cut', async () => {
    const { end, stdout } = await sh('yes', { mostBytes: 999 });
    expect(end).toEqual({ by: 'error', code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' });
    expect(stdout).toHaveLength(999);
  });
});
