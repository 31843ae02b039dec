import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Ran, Scene } from '../../src/doctor/check.ts';
import { checks } from '../../src/doctor/checks/index.ts';
import { pathsHere } from '../../src/protocol/paths.ts';
import { startOf } from '../../src/system/processes.ts';

let root = '';
let bin = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hf-doctor-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  bin = join(root, 'bin');
  for (const name of ['bin', 'state', 'config/holdfast']) mkdirSync(join(root, name), { recursive: true, mode: 0o700 });
});

/** A machine on which programs answer with these words; those that are not named are not there. */
function scene(answers: Readonly<Record<string, Partial<Ran>>>, more: Partial<Scene> = {}): Scene {
  for (const name of Object.keys(answers))
    writeFileSync(join(bin, name.split(' ')[0] ?? ''), '#!/bin/sh\n', { mode: 0o755 });
  const env = { HOME: root, HOLDFAST_STATE_DIR: join(root, 'state'), XDG_CONFIG_HOME: join(root, 'config') };
  return {
    paths: pathsHere(env),
    env,
    platform: 'linux',
    nodeVersion: 'v24.3.0',
    version: '1.0.0',
    now: Date.parse('2026-11-21'),
    path: { value: bin, of: 'service' },
    run: async (file, words) => {
      const name = file.slice(file.lastIndexOf('/') + 1);
      const answer = answers[[name, ...words].join(' ')] ?? answers[name];
      return { stdout: '', stderr: '', ...(answer ? { exitCode: 0, ...answer } : {}) };
    },
    ...more,
  };
}

const found = async (check: string, given: Scene): Promise<string> => {
  const findings = await checks[check]?.(given);
  return (findings ?? []).map(({ level, found: text }) => `${level}: ${text}`).join('\n');
};

describe('Node', () => {
  test.each([
    ['v20.18.3', /^problem: .* older than 20\.19/],
    ['v20.20.0', /^warning: .* no fixes since 2026-04-30/],
    ['v22.1.0', /^ok/],
    ['v25.0.0', /^warning: .* no fixes since 2026-06-01/],
    ['v21.7.3', /^warning: .* no fixes since 2024-06-01/],
    ['v26.1.0', /^ok/],
  ])('%s', async (nodeVersion, says) => {
    expect(await found('node', scene({}, { nodeVersion }))).toMatch(says);
  });

  test.each<[string, Record<string, Partial<Ran>>, string]>([
    ['is old', { node: { stdout: 'v18.2.0\n' } }, "problem: the service's /n/node, v18.2.0 is older than 20.19"],
    ['is good', { node: { stdout: 'v24.1.0\n' } }, "ok: the service's /n/node, v24.1.0"],
    ['is gone', {}, 'problem: the Node of the service cannot be run: /n/node'],
  ])('of the service that %s, whatever this one is', async (_, answers, says) => {
    expect(await found('node', scene(answers, { service: { node: '/n/node' } }))).toBe(`ok: Node v24.3.0\n${says}`);
  });
});

describe('tmux', () => {
  const daemon = { pid: 1, version: '1.0.0', problems: [], tmux: ['tmux', '-L', 'x'], notifiers: [] };
  test.each<[string, Record<string, Partial<Ran>>, RegExp]>([
    ['missing', {}, /^problem: tmux is not on the PATH of the service/],
    ['too old', { tmux: { stdout: 'tmux 3.1c\n' } }, /^problem: tmux 3\.1c is too old/],
    ['good', { tmux: { stdout: 'tmux 3.3a\n' } }, /^ok: tmux 3\.3a.*\nok: our tmux server answers/],
    [
      'without our server',
      { tmux: { stdout: 'tmux 3.5\n' }, 'tmux -L x list-sessions': { exitCode: 1, stderr: 'no server running' } },
      /\nproblem: our tmux server does not answer: no server running/,
    ],
  ])('%s', async (_, answers, says) => {
    expect(await found('tmux', scene(answers, { daemon }))).toMatch(says);
  });
});

describe('programs', () => {
  const beside = (value: string, of: Scene['path']['of'] = 'service') => {
    const given = scene({ codex: {}, tmux: {} });
    return { ...given, env: { ...given.env, PATH: bin }, path: { value, of } };
  };
  const another = () => {
    mkdirSync(join(root, 'old'));
    writeFileSync(join(root, 'old', 'codex'), '#!/bin/sh\n', { mode: 0o755 });
    return `${join(root, 'old')}:${bin}`;
  };

  test('of which the service finds another one than the shell', async () => {
    expect(await found('programs', beside(another()))).toMatch(
      /^warning: codex is \S+\/old\/codex for the service, and \S+\/bin\/codex in this shell$/,
    );
  });

  test('that are the same by another way', async () => {
    symlinkSync(bin, join(root, 'link'));
    expect(await found('programs', beside(join(root, 'link')))).toBe(
      'ok: the service finds the programs that this shell finds',
    );
  });

  test('of which only the shell was asked', async () => {
    expect(await found('programs', beside(another(), 'shell'))).toBe('');
  });
});

describe('agents', () => {
  test('none at all', async () => {
    expect(await found('agents', scene({}))).toMatch(/note: codex is not installed(.|\n)*warning: there is no agent/);
  });

  test('one that the service does not find, though the shell does', async () => {
    const given = scene({ codex: {} });
    const elsewhere = {
      ...given,
      env: { ...given.env, PATH: bin },
      path: { value: '/nowhere', of: 'service' } as const,
    };
    expect(await found('agents', elsewhere)).toMatch(/problem: codex is at .* and the service does not look there/);
  });

  test.each<[string, Record<string, Partial<Ran>>, RegExp]>([
    ['another version', { 'codex --version': { stdout: 'codex-cli 9.1.0' } }, /note: codex 9\.1\.0 is not the version/],
    ['another patch of the same', { 'codex --version': { stdout: 'codex-cli 0.169.99' } }, /^ok: codex 0\.169\.99/],
    ['nobody logged in', { codex: {}, 'codex login status': { exitCode: 1 } }, /warning: nobody is logged in to codex/],
    [
      'a sandbox that is missing',
      { claude: {}, socat: {} },
      /warning: claude .* WITHOUT its sandbox: bwrap is missing/,
    ],
    [
      'a sandbox that cannot start',
      { claude: {}, socat: {}, bwrap: { exitCode: 1, stderr: 'bwrap: No permissions\nx' } },
      /warning: claude cannot start its sandbox .*: bwrap: No permissions$/m,
    ],
    ['a sandbox that can', { claude: {}, socat: {}, bwrap: {} }, /ok: claude can confine/],
  ])('%s', async (_, answers, says) => {
    expect(await found('agents', scene(answers))).toMatch(says);
  });
});

describe('privacy', () => {
  test('of what others can read is a problem, which --fix mends', async () => {
    const given = scene({});
    const file = join(root, 'config', 'holdfast', 'env');
    writeFileSync(file, 'KEY=1');
    chmodSync(file, 0o644);
    chmodSync(given.paths.stateDir, 0o755);
    const findings = (await checks.privacy?.(given)) ?? [];
    expect(findings.map(({ level }) => level)).toEqual(['problem', 'problem']);
    for (const finding of findings) if (finding.level !== 'ok') await finding.fix?.();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await found('privacy', given)).toMatch(/^ok/);
  });
});

describe('the daemon', () => {
  test.each([
    [process.pid, /^end it, .*: kill -9 \d+; then/],
    [1, /start the container again/],
  ])('that lives and does not answer is named, and how it is ended (pid %i)', async (pid, remedy) => {
    writeFileSync(join(root, 'state', 'lock.7'), JSON.stringify({ pid, start: startOf(pid) }));
    expect(await found('daemon', scene({}))).toMatch(/problem: a daemon \(pid \d+\) holds the state/);
    expect((await checks.daemon?.(scene({})))?.at(-1)).toMatchObject({ remedy: expect.stringMatching(remedy) });
  });

  test('that died leaves a lock which is no problem', async () => {
    writeFileSync(join(root, 'state', 'lock.7'), JSON.stringify({ pid: process.pid, start: 'another' }));
    expect(await found('daemon', scene({}))).toMatch(
      /^ok: no daemon runs; the next command starts one\nok: the lock of a daemon that died \(pid \d+\) hinders nobody: .*\/lock\.7$/,
    );
  });

  test('of another host, whose lock lets none start here, is named with the way out', async () => {
    const lock = { pid: 7, start: '1', host: 'elsewhere' };
    writeFileSync(join(root, 'state', 'lock.7'), JSON.stringify(lock));
    expect(await found('daemon', scene({}))).toMatch(/problem: no daemon can start: one on host elsewhere \(pid 7\)/);
    writeFileSync(join(root, 'state', 'lock.7'), JSON.stringify({ ...lock, released: 'yesterday' }));
    expect(await found('daemon', scene({}))).toBe('ok: no daemon runs; the next command starts one');
  });

  test('of another version than ours is to be restarted', async () => {
    const given = scene({}, { daemon: { pid: 1, version: '0.9.0', problems: [], tmux: [], notifiers: [] } });
    expect(await found('daemon', given)).toBe(
      'ok: the daemon runs (pid 1)\nwarning: the daemon is holdfast 0.9.0, and this is 1.0.0',
    );
  });
});

test('a notifier that could not send is named with what it says', async () => {
  const notifiers = [
    { name: 'phone', ok: false, what: 'NTFY_TOKEN is not set' },
    { name: 'log', ok: true, what: 'writes a file' },
  ];
  const given = scene({}, { daemon: { pid: 1, version: '1.0.0', problems: [], tmux: [], notifiers } });
  expect(await found('notifiers', given)).toBe(
    'warning: nobody is told by phone: NTFY_TOKEN is not set\nok: log: writes a file',
  );
});

test('without a daemon nobody knows whether the notifiers could send, and that is told', async () => {
  expect(await found('notifiers', scene({}))).toBe('');
  const settings = { notify: { to: { phone: { type: 'ntfy', topic: 'holdfast' } } } };
  writeFileSync(join(root, 'config', 'holdfast', 'config.json'), JSON.stringify(settings));
  expect(await found('notifiers', scene({}))).toMatch(/^note: whether phone could tell anybody is not known/);
});

test('notifiers that take too long for their answer are a warning, and the daemon is well', async () => {
  const daemon = { pid: 1, version: '1.0.0', problems: [], tmux: [], notifiers: { unknown: 'no answer in 30 s' } };
  const given = scene({}, { daemon });
  expect(await found('notifiers', given)).toMatch(/^warning: .* not known: no answer in 30 s$/);
  expect(await found('daemon', given)).toBe('ok: the daemon runs (pid 1)');
});

test('a clock that was set back, or that nobody keeps right, is noticed', async () => {
  expect(await found('clock', scene({ timedatectl: { stdout: 'no\n' } }))).toMatch(/^note: nobody keeps the clock/);
  const given = scene({});
  writeFileSync(given.paths.logFile, '');
  utimesSync(given.paths.logFile, given.now / 1000 + 3600, given.now / 1000 + 3600);
  expect(await found('clock', given)).toMatch(/^warning: the clock is behind/);
});

test('tasks in quarantine are named', async () => {
  mkdirSync(join(root, 'state', 'quarantine', 'fix-aaaaaa'), { recursive: true });
  expect(await found('quarantine', scene({}))).toMatch(/^warning: 1 tasks could not be read: fix-aaaaaa/);
});

test('settings are told with their line', async () => {
  writeFileSync(join(root, 'config', 'holdfast', 'config.json'), '{\n"a": 1}');
  expect(await found('settings', scene({}))).toMatch(/^problem: .*line 2: .*"a"/);
});

test('settings that wait for the next daemon are named', async () => {
  const daemon = { pid: 1, version: '1.0.0', problems: [], later: ['tmux.socket'], tmux: [], notifiers: [] };
  expect(await found('settings', scene({}, { daemon }))).toMatch(/^ok.*\nwarning: tmux\.socket was changed/);
});

test('every finding that is not good names its remedy', async () => {
  const given = scene({}, { nodeVersion: 'v18.0.0' });
  for (const check of Object.values(checks)) {
    for (const finding of await check(given)) {
      if (finding.level !== 'ok') expect(finding.remedy.length, finding.found).toBeGreaterThan(5);
    }
  }
});
