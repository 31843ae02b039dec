import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processesWith } from './processes.ts';
import { type Done, holdfast } from './rig.ts';

/** One sentence on stderr, nothing on stdout, and this exit code. */
function expectRefusal({ code, stdout, stderr }: Done, exit: number, says: RegExp): void {
  expect({ code, stdout, stderr }).toEqual({ code: exit, stdout: '', stderr: expect.stringMatching(says) });
  const said = stderr
    .trimEnd()
    .split('\n')
    .filter((line) => !line.includes('started the daemon (pid'));
  expect(said).toEqual([expect.stringMatching(/^holdfast: \S.*\S$/)]);
  expect(stderr).not.toMatch(/\n\s+at |Error:/);
}

describe('what cannot be done is refused in one sentence, and no task is left behind:', () => {
  const hf = holdfast({ ends: afterAll });
  beforeAll(async () => {
    execFileSync('mkfifo', [hf.inside('fifo')]);
    for (const [name, text] of [
      ['empty', ''],
      ['blank', ' \n\t\r\n'],
      ['prompt', '@say hi'],
      ['unreadable', '@say hi'],
    ] as const)
      writeFileSync(hf.inside(name), text);
    chmodSync(hf.inside('unreadable'), 0);
    await hf.start('taken', ['@wait go']);
  });
  const expectNothingNew = (): void => {
    expect(readdirSync(join(hf.state, 'tasks'))).toEqual([expect.stringMatching(/^taken-/)]);
    expect(readdirSync(join(hf.state, 'incoming'))).toEqual([]);
  };
  const start = (...words: string[]): string[] => ['start', 'demo', 'fresh', ...words];
  const prompt = ['--prompt', '@say hi'];

  const NAME = /is not a task name: use a-z, 0-9 and "-"/;
  test.each<[string, readonly string[], number, RegExp]>([
    ['an unknown agent', ['start', 'nobody', 'fresh', ...prompt], 2, /no agent "nobody": use one of .*codex.*demo/],
    [
      'an agent that is not on the PATH',
      ['start', 'codex', 'fresh', ...prompt, '--env', 'PATH=/none'],
      127,
      /codex is not on the PATH/,
    ],
    ['a name that is taken', ['start', 'demo', 'taken', ...prompt], 5, /the name taken is taken .*holdfast stop taken/],
    ['a name that is a path', ['start', 'demo', '../x', ...prompt], 2, NAME],
    ['a name with a capital', ['start', 'demo', 'Fix', ...prompt], 2, NAME],
    ['a name of 41 characters', ['start', 'demo', 'a'.repeat(41), ...prompt], 2, NAME],
    ['a name with a line break', ['start', 'demo', 'a\nb', ...prompt], 2, NAME],
    ['a name with a picture', ['start', 'demo', 'fix-🪢', ...prompt], 2, NAME],
    ['a name with a space', ['start', 'demo', 'fix it', ...prompt], 2, NAME],
    ['an empty name', ['start', 'demo', '', ...prompt], 2, NAME],
    ['a name with a colon, which tmux would read', ['start', 'demo', 'a:b', ...prompt], 2, NAME],
    ['a name that is a flag', ['start', 'demo', '-t', ...prompt], 2, /./],
    ['a name that is a flag, after --', ['start', 'demo', ...prompt, '--', '-t'], 2, NAME],
    ['a name that ends in a dash', ['start', 'demo', 'a-', ...prompt], 2, NAME],
    ['no name', ['start', 'demo', ...prompt], 2, /./],
    ['a directory that is not there', start('--cwd', '/none/such', ...prompt), 66, /\/none\/such does not exist/],
    ['a directory that is a file', start('--cwd', hf.inside('prompt'), ...prompt), 66, /prompt is not a directory/],
    ['an empty prompt', start('--prompt', ''), 65, /the prompt from --prompt is empty/],
    ['a blank prompt', start('--prompt', ' \n '), 65, /the prompt from --prompt is empty/],
    ['an empty prompt file', start('--prompt-file', hf.inside('empty')), 65, /empty" is empty|empty is empty/],
    ['a blank prompt file', start('--prompt-file', hf.inside('blank')), 65, /is empty/],
    ['nothing on standard input', start('--prompt-file', '-'), 65, /the prompt from stdin is empty/],
    ['no prompt at all', start(), 65, /the prompt from stdin is empty/],
    ['a prompt file that is not there', start('--prompt-file', 'none.md'), 66, /no prompt file "none.md"/],
    ['a prompt file below a file', start('--prompt-file', `${hf.inside('prompt')}/x`), 66, /not a directory/],
    ['a prompt file that is a FIFO', start('--prompt-file', hf.inside('fifo')), 66, /is a FIFO: pipe it in/],
    ['a prompt file that is a device', start('--prompt-file', '/dev/zero'), 66, /is a device/],
    ['a prompt file that is a directory', start('--prompt-file', hf.home), 66, /is a directory/],
    ['two prompts', start(...prompt, '--prompt-file', hf.inside('prompt')), 2, /either --prompt or --prompt-file/],
    ['full permissions without consent', start(...prompt, '--permissions', 'full'), 77, /"allowFull": true/],
    ['unknown permissions', start(...prompt, '--permissions', 'root'), 2, /choose one of read-only, workspace, full/],
    ['a budget without a unit', start(...prompt, '--budget', '5'), 2, /--budget is "5"/],
    ['no attempts', start(...prompt, '--max-attempts', '0'), 2, /--max-attempts/],
    ['an unknown flag', start(...prompt, '--frobnicate'), 2, /frobnicate/],
    ['an unknown command', ['strat', 'demo', 'fresh'], 2, /did you mean "start"/],
    ['an unknown daemon command', ['daemon', 'stat'], 2, /did you mean "start"/],
    ...['show', 'stop', 'retry', 'explain', 'logs', 'attach', 'wait', 'prune'].map(
      (verb): [string, readonly string[], number, RegExp] => [
        `${verb} of no such task`,
        [verb, 'none'],
        3,
        /there is no task "none"/,
      ],
    ),
    ['send to no such task', ['send', 'none', 'hi'], 3, /there is no task "none"/],
    ['a task that is a path', ['show', '../../etc/passwd'], 3, /there is no task/],
    ['an unknown state', ['list', '--state', 'dead'], 2, /"dead" is not a state/],
  ])('%s', async (_, words, exit, says) => {
    expectRefusal(await hf.cli(...words), exit, says);
    expectNothingNew();
  });

  test('a prompt file that cannot be read', async () => {
    const words = start('--prompt-file', hf.inside('unreadable'));
    expectRefusal(await hf.begin({ modesCount: true }, ...words), 66, /not readable for you/);
    expectNothingNew();
  });

  test('a session of that name that somebody else has', async () => {
    hf.tmux('new-session', '-d', '-s', 'demo-fresh');
    expectRefusal(await hf.cli(...start(...prompt)), 5, /a tmux session demo-fresh is there already/);
    expect(hf.tmux('kill-session', '-t', '=demo-fresh').code).toBe(0);
    expectNothingNew();
  });

  test('and the daemon knows of nothing either', async () => {
    expect((await hf.list()).map(({ name }) => name)).toEqual(['taken']);
    expect(hf.log()).not.toContain('"level":50');
  });
});

describe('what surrounds it cannot be used:', () => {
  /** A PATH with nothing but a tmux of this version. */
  const oldTmux = (bin: string, version: string): string => {
    mkdirSync(bin);
    writeFileSync(join(bin, 'tmux'), `#!/bin/sh\necho tmux ${version}\n`, { mode: 0o755 });
    return `${bin}:/usr/bin:/bin`;
  };
  const first = ['start', 'demo', 'fresh', '--prompt', '@say hi'] as const;

  test('no tmux', async () => {
    const hf = holdfast({ env: { PATH: '/none' } });
    expectRefusal(await hf.cli(...first), 72, /tmux is not installed/);
    expect(processesWith(hf.home)).toEqual([]);
  });

  test.each(['3.1', '2.9a', '1.8'])('a tmux that is too old: %s', async (version) => {
    const hf = holdfast();
    const PATH = oldTmux(hf.inside('bin'), version);
    expectRefusal(
      await hf.begin({ env: { PATH } }, ...first),
      72,
      new RegExp(`tmux ${version} is too old.* 3\\.2 or newer`),
    );
  });

  test('a state directory that is open to others', async () => {
    const hf = holdfast();
    mkdirSync(hf.state, { recursive: true });
    chmodSync(hf.state, 0o777);
    expectRefusal(await hf.cli(...first), 77, /is open to other users. Close it with: chmod 700/);
  });

  test('a state directory that cannot be made', async () => {
    const hf = holdfast({ env: { HOLDFAST_STATE_DIR: '/dev/null/holdfast' } });
    expectRefusal(await hf.cli(...first), 73, /cannot (make|look at) .*\/dev\/null\/holdfast/);
  });

  test('a state directory that is no absolute path', async () => {
    const hf = holdfast({ env: { HOLDFAST_STATE_DIR: 'here' } });
    expectRefusal(await hf.cli('list'), 2, /HOLDFAST_STATE_DIR is "here": give it an absolute path/);
  });

  test('a path too long for a socket, unless XDG_RUNTIME_DIR is shorter', async () => {
    const hf = holdfast();
    const state = hf.inside('s'.repeat(90));
    const long = { HOLDFAST_STATE_DIR: state, XDG_RUNTIME_DIR: hf.inside('r'.repeat(90)) };
    expectRefusal(await hf.begin({ env: long }, 'list'), 2, /the socket path .* has \d+ bytes, 100 are possible/);
    expect((await hf.begin({ env: { HOLDFAST_STATE_DIR: state } }, 'list')).code).toBe(0);
  });

  test.each([
    ['an unknown setting', { tickSecond: 1 }, /config\.json is not valid.*tickSecond/],
    ['a setting of the wrong kind', { tickSeconds: 'often' }, /config\.json is not valid.*tickSeconds/],
  ])('%s', async (_, settings, says) => {
    const hf = holdfast({ settings });
    expectRefusal(await hf.cli('list'), 78, says);
  });

  test('a directory that nobody has trusted yet', async () => {
    const hf = holdfast({ settings: { directories: { confirm: true } } });
    expectRefusal(await hf.cli(...first), 77, /no agent has worked in .* yet: .*holdfast trust/);
    expect(await hf.list()).toEqual([]);
    expect((await hf.cli('trust', hf.work)).code).toBe(0);
    expect((await hf.cli(...first)).code).toBe(0);
  });

  test('settings that are no JSON', async () => {
    const hf = holdfast({ settings: {} });
    writeFileSync(hf.inside('.config', 'holdfast', 'config.json'), '{"tickSeconds": 1,}');
    expectRefusal(await hf.cli('list'), 78, /config\.json cannot be read/);
  });
});
