import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Holdfast, holdfast, kindsOf } from './rig.ts';
import { until } from './until.ts';

const json = (event: object): string => `@print-raw ${JSON.stringify(event)}`;

/** Puts a program beside everything else of this home. */
function plant(hf: Holdfast, path: string, text: string): void {
  mkdirSync(join(hf.inside(path), '..'), { recursive: true });
  writeFileSync(hf.inside(path), `#!/bin/sh\n${text}\n`);
  chmodSync(hf.inside(path), 0o755);
}

const variables = (text: string, end: string): ReadonlyMap<string, string> =>
  new Map(text.split(end).map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]));

describe('the environment', () => {
  const kept = { LC_ALL: 'C.UTF-8', TZ: 'UTC', HTTPS_PROXY: 'http://127.0.0.1:9' };
  const dropped = {
    LD_PRELOAD: '/none/evil.so',
    LD_LIBRARY_PATH: '/none',
    NODE_OPTIONS: '--no-deprecation',
    BASH_ENV: '/none/evil.sh',
    ENV: '/none/evil.sh',
    TMUX: '/none/default,1,0',
    TMUX_PANE: '%77',
    CODEX_THREAD_ID: '0b8a2c9e',
    CLAUDECODE: '1',
    ANTHROPIC_API_KEY: 'sk-ant-dropped',
    GITHUB_TOKEN: 'ghp_dropped',
  };
  const named = { NAMED: 'by --env', OPENAI_API_KEY: 'sk-passed' };
  const settings = { environment: { pass: ['OPENAI_API_KEY', 'ABSENT'] } };
  const hf = holdfast({ settings, env: { ...kept, ...dropped, ...named }, ends: afterAll });
  beforeAll(async () => {
    const words = ['start', 'demo', 'env', '--prompt', '@run env -0 > env', '--env', 'NAMED', '--env', 'SET=a=b;$(id)'];
    expect((await hf.cli(...words)).code).toBe(0);
    expect(await hf.end('env')).toMatchObject({ state: 'succeeded' });
  });
  const ofAgent = () => variables(hf.text('env'), '\0');
  const ofDaemon = async () => variables(readFileSync(`/proc/${await hf.daemonPid()}/environ`, 'utf8'), '\0');

  test('of an agent has what it needs, and what the operator named for this task or for all', () => {
    for (const [name, value] of Object.entries({ ...kept, ...named, SET: 'a=b;$(id)' }))
      expect([name, ofAgent().get(name)]).toEqual([name, value]);
  });

  test('of an agent has nothing else: no loader, no tmux, no other agent’s id, no key', () => {
    const ours = ['HOLDFAST_STATE_DIR', 'HOLDFAST_TASK', 'HOLDFAST_ATTEMPT', 'HOLDFAST_MARK'];
    for (const name of Object.keys(dropped)) expect([...ofAgent().keys()]).not.toContain(name);
    const all = [...ofAgent().keys()].filter((name) => name.startsWith('HOLDFAST_'));
    expect(all.sort()).toEqual(ours.sort());
  });

  test.runIf(process.platform === 'linux')(
    'of the daemon has what the settings pass on, and no other key',
    async () => {
      const daemon = await ofDaemon();
      expect(daemon.get('OPENAI_API_KEY')).toBe('sk-passed');
      for (const name of [...Object.keys(dropped), 'NAMED', 'HOLDFAST_YES'])
        expect([...daemon.keys()]).not.toContain(name);
    },
  );

  test('of the tmux server has no key that was not passed on', () => {
    expect(hf.tmux('show-environment', '-g').stdout).not.toMatch(/dropped|by --env/);
  });

  test('may have a value of 100 kB', async () => {
    const BIG = 'kelp'.repeat(25_000);
    const stdin = '@run printf %s "$BIG" | wc -c > size';
    await hf.begin({ env: { BIG }, stdin }, 'start', 'demo', 'big', '--prompt-file', '-', '--env', 'BIG', '--wait');
    expect(hf.text('size').trim()).toBe(String(BIG.length));
  });
});

describe.each([
  ['is empty', () => ''],
  ['begins with "."', () => ['.', '', 'bin', process.env.PATH].join(delimiter)],
])('where PATH %s', (_, path) => {
  const traps = ['tmux', 'codex', 'mkfifo', 'sh', 'env', 'node'];

  test('nothing is run that lies in the work tree', async () => {
    const hf = holdfast({ env: { PATH: path() } });
    for (const name of traps)
      for (const directory of ['work', 'work/bin'])
        plant(hf, join(directory, name), `touch ${hf.inside('pwned')}; exit 1`);
    const { code, stderr } = await hf.cli('start', 'demo', 'safe', '--prompt', '@say hi', '--wait');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const codex = await hf.cli('start', 'codex', 'none', '--prompt', 'hi', '--env', `PATH=.:${hf.inside('nowhere')}`);
    expect(codex).toMatchObject({ code: 127, stderr: expect.stringContaining('codex is not on the PATH') });
    expect(existsSync(hf.inside('pwned'))).toBe(false);
  });
});

describe('what an agent says', () => {
  const ESC = '\u001b';
  const evil = `evil ${ESC}]52;c;ZXZpbA==\u0007${ESC}[2J${ESC}]0;title\u0007${ESC}P1$r\u009b31m\u202e text\u0008\r`;
  const hf = holdfast({ ends: afterAll });
  beforeAll(async () => {
    const lines = [
      json({ type: 'message', text: evil }),
      json({ type: 'command-started', id: '1', command: evil }),
      json({ type: 'command-ended', id: '1', command: evil, exitCode: 1, output: evil }),
      json({ type: 'denied', tool: evil, what: evil }),
      json({ type: 'retry', message: evil }),
      json({ type: 'ask', question: evil }),
      `@print-raw ${evil}`,
      '@touch said',
      '@wait go',
      json({ type: 'result', ok: false, error: { message: evil } }),
      '@exit 1',
    ];
    await hf.start('evil', lines, '--max-attempts', '1', '--label', 'plain');
    await hf.sees('said');
  });
  const harmless = (text: string): void => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that a terminal acts on
    expect(text.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g)).toBeNull();
  };
  const words = [['list'], ['show', 'evil'], ['explain', 'evil'], ['logs', 'evil'], ['daemon', 'status']];

  test('reaches no terminal as anything but text, while it works', async () => {
    await until(async () => (await hf.cli('logs', 'evil')).stdout.includes('⊘ denied: → evil'));
    for (const command of words) {
      harmless((await hf.cli(...command)).stdout);
      harmless((await hf.cli(...command, '--json')).stdout);
    }
  });

  test('neither by its pane', async () => {
    const { session } = await hf.task('evil');
    const text = await until(
      () => /^.*⊘ denied: → evil.*$/s.exec(hf.tmux('capture-pane', '-p', '-S', '-', '-t', `=${session}:`).stdout)?.[0],
    );
    harmless(text);
    expect(hf.tmux('list-buffers').stdout).toBe('');
    expect(hf.tmux('display-message', '-p', '-t', `=${session}:`, '#{pane_title}').stdout).not.toContain('title');
  });

  test('nor at its end', async () => {
    hf.touch('go');
    expect(await hf.end('evil')).toMatchObject({ state: 'gave-up' });
    for (const command of [...words, ['wait', 'evil']]) harmless((await hf.cli(...command)).stdout);
    harmless((await hf.cli('prune', 'evil')).stderr);
  });
});

describe('a conversation that an agent names', () => {
  test.each([
    '--last',
    '-c',
    '; rm -rf /',
    '$(touch pwned)',
    '../../x',
    '',
    'x'.repeat(500),
    'x'.repeat(10_000),
    '0b8a2c9e',
  ])('as %j is never resumed', async (id) => {
    const hf = holdfast({ settings: { resume: { baseMinutes: 0 } } });
    const event = JSON.stringify({ type: 'thread.started', thread_id: id });
    plant(hf, 'bin/codex', `printf '%s\\n' "$*" >> ${hf.inside('argv')}\ncat <<'END'\n${event}\nEND\nexit 1`);
    const path = `${hf.inside('bin')}:${process.env.PATH}`;
    const words = ['start', 'codex', 'named', '--prompt', 'x', '--max-attempts', '2', '--env', `PATH=${path}`];
    expect((await hf.cli(...words)).code).toBe(0);
    const task = await hf.end('named');
    expect(kindsOf(task)).toEqual(['fresh', 'fresh']);
    expect(task).not.toHaveProperty('conversation');
    const argv = readFileSync(hf.inside('argv'), 'utf8');
    for (const word of ['resume', '-c']) expect(argv.split(/\s/)).not.toContain(word);
    if (id.length > 2) expect(argv).not.toContain(id);
    expect(readdirSync(hf.work)).toEqual([]);
  });
});

test('an agent that names the conversation of another task is ended, and the owner goes on', async () => {
  const hf = holdfast({ settings: { tickSeconds: 0.5, resume: { baseMinutes: 0 } } });
  const event = JSON.stringify({ type: 'thread.started', thread_id: '01a1fb4a-9c85-4483-b196-25e11e7ee3ad' });
  plant(hf, 'bin/codex', `printf '%s\\n' '${event}'\nexec sleep 1000`);
  const path = `${hf.inside('bin')}:${process.env.PATH}`;
  const start = (name: string) => hf.cli('start', 'codex', name, '--prompt', 'x', '--env', `PATH=${path}`);
  await start('owner');
  await until(async () => (await hf.task('owner')).conversation);
  await start('thief');
  const thief = await hf.end('thief');
  expect(thief).toMatchObject({ state: 'failed', summary: expect.stringMatching(/belongs to the task owner/) });
  expect(thief).not.toHaveProperty('conversation');
  expect(await hf.task('owner')).toMatchObject({ state: 'running', attempt: 1 });
});

describe('an agent that writes its own exit record', () => {
  test.each([
    ['before it ends badly', '{"status":0}', 'printf'],
    ['as a text', '{"status":"0"}', 'printf'],
    ['torn', '{"stat', 'printf'],
  ])('%s is not believed', async (_, record) => {
    const hf = holdfast({ settings: { tickSeconds: 1 } });
    const at = `${hf.state}/tasks/$(printf %s "$HOLDFAST_TASK")/attempts/$HOLDFAST_ATTEMPT`;
    await hf.start(
      'forger',
      [`@run printf '%s' '${record}' > "${at}/exit.json"`, '@sleep 1500', '@exit 3'],
      '--max-attempts',
      '1',
    );
    expect((await hf.end('forger')).state).not.toBe('succeeded');
  });
});
