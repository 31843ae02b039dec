import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inheritable } from '../../src/protocol/environment.ts';
import { daemonEnvironment } from '../../src/protocol/launch.ts';
import { methods } from '../../src/protocol/methods.ts';
import { glance } from '../../src/protocol/settings-glance.ts';

test.each([
  ['LD_PRELOAD', '/tmp/evil.so'],
  ['LD_LIBRARY_PATH', '/tmp'],
  ['DYLD_INSERT_LIBRARIES', '/tmp/evil.dylib'],
  ['NODE_OPTIONS', '--require=/tmp/evil.js'],
  ['BASH_ENV', '/tmp/evil.sh'],
  ['ENV', '/tmp/evil.sh'],
  ['PYTHONSTARTUP', '/tmp/evil.py'],
  ['GIT_SSH_COMMAND', 'evil'],
  ['TMUX', '/tmp/tmux-0/default,1,0'],
  ['TMUX_PANE', '%1'],
  ['CODEX_THREAD_ID', '0b8a2c9e'],
  ['CLAUDECODE', '1'],
  ['OPENAI_API_KEY', 'sk-x'],
  ['HOLDFAST_YES', '1'],
])('%s is handed on to nobody', (name, value) => {
  const env = { HOME: '/h', [name]: value };
  expect(inheritable(env)).toEqual({ HOME: '/h' });
  expect(daemonEnvironment(env)).toEqual({ HOME: '/h' });
});

test('a value that no program could be started with is refused before anything is made of it', () => {
  const { error } = methods.start.params.safeParse({
    agent: 'demo',
    name: 'big',
    cwd: '/',
    env: { BIG: 'x'.repeat(200_000) },
  });
  expect(error?.issues).toContainEqual(expect.objectContaining({ path: ['env', 'BIG'], code: 'too_big' }));
});

test.each([
  ['/usr/bin:/bin', '/usr/bin:/bin'],
  ['.:/usr/bin', '/usr/bin'],
  [':/usr/bin:', '/usr/bin'],
  ['node_modules/.bin:/usr/bin', '/usr/bin'],
  ['', undefined],
  ['.', undefined],
])('of the PATH %j only absolute directories stay', (PATH, kept) => {
  expect(inheritable({ PATH }).PATH).toBe(kept);
});

describe('what the settings pass on to agents', () => {
  const file = (text: string): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'hf-pass-')), 'config.json');
    writeFileSync(path, text);
    return path;
  };

  test('gets through to the daemon, and nothing else does', () => {
    const passed = glance(file('{"environment":{"pass":["OPENAI_API_KEY","ABSENT"]}}')).passed;
    const env = { HOME: '/h', OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' };
    expect(daemonEnvironment(env, passed)).toEqual({ HOME: '/h', OPENAI_API_KEY: 'k' });
  });

  test.each([
    ['no JSON', '{"environment":'],
    ['of another shape', '{"environment":["OPENAI_API_KEY"]}'],
    ['of another shape', '{"environment":{"pass":"OPENAI_API_KEY"}}'],
    ['null', 'null'],
    ['with names that are none', '{"environment":{"pass":[7,"A B","","A=B"]}}'],
    ['too large', `{"environment":{"pass":["A"]},"x":"${'x'.repeat(2_000_000)}"}`],
  ])('is nothing where the file is %s: %.40s', (_, text) => expect(glance(file(text)).passed).toEqual([]));

  test('is nothing where there is no file', () => expect(glance('/none/such').passed).toEqual([]));
});
