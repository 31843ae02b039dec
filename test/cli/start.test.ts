import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import {
  detail,
  type FakeDaemon,
  fakeDaemon,
  hello,
  privateDir,
  Refused,
  row,
  type Script,
} from '../protocol/fake-daemon.ts';
import { holdfast, type Shell } from './shell.ts';

let daemon: FakeDaemon | undefined;
afterEach(() => daemon?.close());

const accepts: Script = ({ method }) => {
  switch (method) {
    case 'start':
      return { task: detail() };
    case 'wait':
      return { over: true, tasks: [row({ state: 'gave-up', summary: 'the budget is spent' })] };
    default:
      return hello;
  }
};

async function start(flags: readonly string[], shell: Shell = {}, script: Script = accepts) {
  daemon = await fakeDaemon(script);
  const env = { HOLDFAST_STATE_DIR: daemon.dir, ...shell.env };
  const said = await holdfast(['start', 'codex', 'fix-login', ...flags], { ...shell, env });
  const { dir, requests } = daemon;
  const incoming = () => (readdirSync(dir).includes('incoming') ? readdirSync(join(dir, 'incoming')) : []);
  return { ...said, dir, request: requests[0]?.params, incoming };
}

describe('a task', () => {
  test('is handed over with all that was said of it', async () => {
    const flags = '--prompt mend --model m --label a --label b --env K=V --env HERE --budget 1h30m --max-attempts 3';
    const { request } = await start([...flags.split(' '), '--permissions', 'read-only', '--cwd', 'sub/../src'], {
      env: { HERE: 'here' },
      cwd: '/work',
    });
    expect(request).toEqual({
      agent: 'codex',
      name: 'fix-login',
      cwd: '/work/src',
      prompt: 'mend',
      model: 'm',
      labels: ['a', 'b'],
      env: { K: 'V', HERE: 'here' },
      budgetMs: 5_400_000,
      maxAttempts: 3,
      permissions: 'read-only',
      driver: 'print',
      dryRun: false,
      limitWait: true,
    });
  });

  test('works where the caller is', async () => {
    expect((await start(['--prompt', 'x'], { cwd: '/here' })).request).toMatchObject({ cwd: '/here' });
  });

  test('is answered with its id alone on stdout', async () => {
    const { code, stdout, stderr } = await start(['--prompt', 'x']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'fix-login-Ab3dEf\n' });
    expect(stderr).toBe('holdfast: started fix-login; watch it with: holdfast attach fix-login\n');
  });

  test('that is waited for answers as `wait` does', async () => {
    const { code, stdout } = await start(['--prompt', 'x', '--wait']);
    expect({ code, stdout }).toEqual({ code: 125, stdout: 'fix-login gave-up  the budget is spent\n' });
    expect(daemon?.requests.at(-1)?.params).toMatchObject({ tasks: ['fix-login-Ab3dEf'] });
  });
});

describe('a prompt', () => {
  test.each(['- mend the login', '--', '"quoted"', '5e3', '$(touch x)', 'two\nlines'])(
    '%j is taken as it is',
    async (text) => {
      const flags = text === '--' ? [`--prompt=${text}`] : ['--prompt', text];
      expect((await start(flags)).request).toMatchObject({ prompt: text });
    },
  );

  test('of any bytes and any size goes by a file that only we can read', async () => {
    const bytes = randomBytes(5_000_001);
    const { request, dir } = await start(['--prompt-file', '-'], {
      stdin: Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]),
    });
    const path = String(request?.promptFile);
    expect(path.startsWith(join(dir, 'incoming/'))).toBe(true);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'incoming')).mode & 0o777).toBe(0o700);
  });

  test.each(['', ' \n'])('may end in a piece of %j', async (piece) => {
    const { request } = await start([], { stdin: Readable.from([Buffer.from('mend'), Buffer.from(piece)]) });
    expect(readFileSync(String(request?.promptFile), 'utf8')).toBe(`mend${piece}`);
  });

  test('is read from a file, which stays', async () => {
    const path = join(privateDir(), 'task.md');
    writeFileSync(path, `${' '.repeat(2_000_000)}mend`);
    const { request } = await start(['--prompt-file', path]);
    expect(readFileSync(String(request?.promptFile)).equals(readFileSync(path))).toBe(true);
    expect(request?.promptFile).not.toBe(path);
  });

  test('may simply be piped in', async () => {
    const { request } = await start([], { stdin: 'mend' });
    expect(readFileSync(String(request?.promptFile), 'utf8')).toBe('mend');
  });

  test('does not stay behind when the daemon refuses the task', async () => {
    const { code, incoming } = await start([], { stdin: 'mend' }, () => new Refused(5, 'there is a task "fix-login"'));
    expect(code).toBe(5);
    expect(incoming()).toEqual([]);
  });

  test('does not stay behind when there is no daemon', async () => {
    daemon = await fakeDaemon(accepts);
    await daemon.close();
    const env = { HOLDFAST_STATE_DIR: daemon.dir, HOLDFAST_NO_START_DAEMON: '1' };
    expect(await holdfast(['start', 'codex', 'x'], { env, stdin: 'mend' })).toMatchObject({ code: 69 });
    expect(readdirSync(join(daemon.dir, 'incoming'))).toEqual([]);
  });

  test('stays when the daemon went away before it answered, for the task may have started', async () => {
    const { code, stderr, incoming } = await start([], { stdin: 'mend' }, (_, socket) => void socket.destroy());
    expect(code).toBe(69);
    expect(stderr).toContain('it may have started: see holdfast show fix-login');
    expect(incoming()).toHaveLength(1);
  });
});

describe('a dry run', () => {
  const plan = {
    agent: 'codex',
    bin: '/usr/bin/codex',
    driver: 'print',
    start: ['codex', 'exec', "it's"],
    resume: ['codex', 'resume'],
    permissions: 'may write in the directory',
    cwd: '/work',
    session: 'codex-fix-login',
    environment: ['HOME'],
  };

  test('needs no prompt, and shows what would be run', async () => {
    const { code, stdout, request } = await start(['--dry-run'], {}, () => ({ plan }));
    expect(code).toBe(0);
    expect(request).toMatchObject({ dryRun: true });
    expect(stdout).toMatch(/^start +codex exec 'it'\\''s'$/m);
  });

  test('leaves no prompt behind', async () => {
    const { request, incoming } = await start(['--dry-run', '--prompt-file', '-'], { stdin: 'mend' }, () => ({ plan }));
    expect(request).not.toHaveProperty('promptFile');
    expect(incoming()).toEqual([]);
  });
});
