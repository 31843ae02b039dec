import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { detail, type FakeDaemon, fakeDaemon, hello, Refused, row } from '../protocol/fake-daemon.ts';
import { holdfast, type Shell } from './shell.ts';

const now = Date.parse('2026-11-20T12:05:00.500Z');
const ago = (ms: number) => new Date(now - ms).toISOString();
const evil = 'done \u001b]52;c;eA==\u0007\u001b[2Jwell\u202e';
const answers: Record<string, unknown> = {
  hello,
  list: {
    tasks: [
      row({ since: ago(7_500_500) }),
      row({
        name: 'docs',
        state: 'backing-off',
        attempt: 3,
        next: { what: 'resume', at: ago(-125_000) },
        summary: evil,
      }),
    ],
  },
  show: {
    task: detail({
      state: 'failed',
      denied: 2,
      deniedIsLeast: true,
      lastMessage: evil,
      attempts: [{ attempt: 1, kind: 'fresh', exitStatus: 7, cause: 'crash' }],
      verdict: { state: 'failed', evidence: ['the agent exited with 7'] },
    }),
  },
  explain: {
    task: row(),
    looked: [{ what: 'process', found: 'gone' }],
    signals: [
      { signal: 'vanished', says: evil },
      { signal: 'recorded', says: '-' },
      { signal: 'quiet', says: 'wentSilent: no word of claudeCode' },
    ],
    history: [{ at: ago(60_500), happening: 'provedDead', state: 'running' }],
  },
  logs: {
    entries: [
      { attempt: 1, event: { type: 'message', text: `hello ${evil}` } },
      { attempt: 2, event: { type: 'message', text: 'again' } },
    ],
    cursor: 'c1',
    over: true,
  },
  send: { sent: 'the text' },
  stop: { task: row({ state: 'stopping' }) },
  retry: { task: row({ state: 'pending' }) },
  wait: { over: true, tasks: [row({ state: 'failed', exitStatus: 7, summary: 'exit 7' })] },
  prune: { pruned: ['a-AAAAAA', 'b-BBBBBB'] },
};

let daemon: FakeDaemon;
beforeEach(async () => {
  vi.setSystemTime(now);
  daemon = await fakeDaemon(({ method }) => answers[method] ?? new Refused(1, `no answer to ${method}`));
});
afterEach(async () => {
  vi.useRealTimers();
  await daemon.close();
});

const run = (line: string, shell: Shell = {}) =>
  holdfast(line.split(' '), { ...shell, env: { HOLDFAST_STATE_DIR: daemon.dir, ...shell.env } });
const asked = () => daemon.requests.map(({ method, params }) => [method, params]);

describe('the daemon is asked', () => {
  test.each<[string, string, object]>([
    ['ls', 'list', {}],
    [
      'list --state running --state lost --label a --agent pi',
      'list',
      { states: ['running', 'lost'], label: 'a', agent: 'pi' },
    ],
    ['show 007', 'show', { task: '007' }],
    ['logs x -n 5 --attempt 2 --raw', 'logs', { task: 'x', lines: 5, attempt: 2, raw: true, screen: false }],
    ['send x yes, go 05', 'send', { task: 'x', text: 'yes, go 05', force: false }],
    ['send x --force -- -1 --json', 'send', { task: 'x', text: '-1 --json', force: true }],
    ['send x --key Down --key Enter', 'send', { task: 'x', keys: ['Down', 'Enter'], force: false }],
    ['send --key Escape x', 'send', { task: 'x', keys: ['Escape'], force: false }],
    ['stop x', 'stop', { task: 'x', graceMs: 10_000 }],
    ['stop x --grace 500ms', 'stop', { task: 'x', graceMs: 500 }],
    ['retry x', 'retry', { task: 'x' }],
    ['retry --failed-by auth', 'retryFailed', { failedBy: 'auth' }],
    ['retry --failed-by auth --agent codex', 'retryFailed', { failedBy: 'auth', agent: 'codex' }],
    ['wait x y', 'wait', { tasks: ['x', 'y'], any: false, waitMs: 30_000 }],
    ['prune --older 30d --dry-run', 'prune', { olderMs: 2_592_000_000, dryRun: true }],
    ['prune x', 'prune', { task: 'x', dryRun: false }],
  ])('by "%s"', async (line, method, params) => {
    await run(line);
    expect(asked()).toEqual([[method, params]]);
  });
});

describe('for programs', () => {
  test.each(['list', 'show x', 'explain x', 'send x hi', 'stop x', 'retry x', 'wait x', 'prune', 'daemon status'])(
    '%s --json is one document with its schema',
    async (line) => {
      const { stdout } = await run(`${line} --json`);
      expect(stdout).toMatch(/^[^\n]+\n$/);
      expect(JSON.parse(stdout)).toMatchObject({ schema: 1 });
    },
  );

  test('logs --json is one document per event', async () => {
    const { stdout } = await run('logs x --json');
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(documents).toEqual([
      { schema: 1, attempt: 1, event: { type: 'message', text: `hello ${evil}` } },
      { schema: 1, attempt: 2, event: { type: 'message', text: 'again' } },
    ]);
  });
});

describe('for people', () => {
  test.each(['list', 'show x', 'explain x', 'logs x', 'wait x'])(
    '%s lets nothing of a task through that a terminal would act on',
    async (line) => {
      const { stdout } = await run(`${line} --color never`);
      expect(stdout).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e]/u);
      expect(stdout).not.toBe('');
    },
  );

  test('list tells for how long, which try, and what comes next', async () => {
    const { stdout } = await run('list');
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^NAME +AGENT +STATE +FOR +TRY +TOKENS +NEXT +SUMMARY$/),
      expect.stringMatching(/^fix-login +codex +running +2h05m +1\/12 +30 +edits src\/login.ts$/),
      expect.stringMatching(/^docs +codex +backing-off +2h05m +3\/12 +30 +resume in 2m05s +done well$/),
    ]);
  });

  test('explain has only the signals that say something, and happenings in words', async () => {
    const { stdout } = await run('explain x');
    expect(stdout).toMatch(/what it says\nvanished +done well\nquiet +went silent: no word of claudeCode\n\n/);
    expect(stdout).toMatch(/ago +proved dead +running/);
    expect(JSON.parse((await run('explain x --json')).stdout)).toMatchObject(answers.explain as object);
  });

  test('show says how to watch it', async () => {
    expect((await run('show x')).stdout).toMatch(/watch +tmux -L holdfast attach-session/);
  });

  test('show ends with the evidence and the last message', async () => {
    const { stdout } = await run('show x');
    expect(stdout).toMatch(/budget +1m05s of 5h spent/);
    expect(stdout).toMatch(/used +3 tools, at least 2 denied\n/);
    expect(stdout).toMatch(/\nevidence\n- the agent exited with 7\n\nlast message\ndone well\n$/);
  });

  test('logs marks where another attempt begins', async () => {
    expect((await run('logs x')).stdout).toMatch(/hello.*\n── attempt 2 ──\n.*again/);
  });

  test('daemon status names the socket', async () => {
    expect((await run('daemon status')).stdout).toContain(daemon.socket);
  });
});

describe('exit codes', () => {
  test("wait answers with the task's own", async () => {
    const { code, stdout } = await run('wait x');
    expect({ code, stdout }).toEqual({ code: 7, stdout: 'fix-login failed  exit 7\n' });
  });

  test('a refusal of the daemon keeps its sentence and its code', async () => {
    await daemon.close();
    daemon = await fakeDaemon(() => new Refused(3, 'there is no task "x"'), daemon.dir);
    expect(await run('show x')).toEqual({ code: 3, stdout: '', stderr: 'holdfast: there is no task "x"\n' });
  });

  test('daemon status says 3 where none runs, and daemon stop has nothing to do', async () => {
    await daemon.close();
    expect(await run('daemon status')).toMatchObject({ code: 3, stdout: '' });
    expect(JSON.parse((await run('daemon status --json')).stdout)).toMatchObject({ running: false });
    expect(await run('daemon stop')).toMatchObject({ code: 0, stderr: 'holdfast: the daemon is not running\n' });
  });
});

describe('logs -f', () => {
  test('goes on from where it was until the task is over', async () => {
    await daemon.close();
    const event = (text: string) => ({ attempt: 1, event: { type: 'message', text } });
    daemon = await fakeDaemon(
      ({ params }) =>
        params.after === undefined
          ? { entries: [event('one')], cursor: 'c1', over: false }
          : { entries: [event('two')], cursor: 'c2', over: true },
      daemon.dir,
    );
    const { stdout } = await run('logs x -f');
    expect(stdout).toMatch(/one\n(.*\n)*.*two\n/);
    expect(daemon.requests[1]?.params).toMatchObject({ after: 'c1', waitMs: 30_000 });
  });
});

describe('wait --timeout', () => {
  test('exits with 124 and names what is not over', async () => {
    await daemon.close();
    daemon = await fakeDaemon(() => ({ over: false, tasks: [row()] }), daemon.dir);
    const said = await run('wait x --timeout 0s');
    expect(said).toEqual({ code: 124, stdout: '', stderr: 'holdfast: still not over: fix-login\n' });
    expect(daemon.requests[0]?.params).toMatchObject({ waitMs: 0 });
  });
});

describe('attach', () => {
  test('away from a terminal prints the plain command', async () => {
    const { code, stderr } = await run('attach x');
    expect(code).toBe(2);
    expect(stderr).toContain('tmux -L holdfast attach-session -t =codex-fix-login');
  });
});
