import { afterEach, describe, expect, test } from 'vitest';
import { detail, type FakeDaemon, fakeDaemon, hello, Refused, type Script } from '../protocol/fake-daemon.ts';
import { holdfast, type Shell } from './shell.ts';

let daemon: FakeDaemon | undefined;
afterEach(() => daemon?.close());

const since = '2026-11-20T10:00:00.000Z';
async function said(script: Script, line: readonly string[], shell: Shell = {}) {
  daemon = await fakeDaemon(script);
  const done = await holdfast(line, { ...shell, env: { HOLDFAST_STATE_DIR: daemon.dir, ...shell.env } });
  return { ...done, requests: daemon.requests.map(({ method, params }) => ({ method, params })) };
}

describe('holdfast trust', () => {
  test.each<[string[], object]>([
    [['.'], { action: 'add', directory: '/work' }],
    [['src/../lib'], { action: 'add', directory: '/work/lib' }],
    [['/x y'], { action: 'add', directory: '/x y' }],
    [['--remove', '../x'], { action: 'remove', directory: '/x' }],
    [['--list'], { action: 'list' }],
  ])('%j asks for %j', async (words, params) => {
    const answer = { directories: [{ directory: '/src', since }], trusted: true };
    const { code, requests } = await said(() => answer, ['trust', ...words]);
    expect({ code, requests }).toEqual({ code: 0, requests: [{ method: 'trust', params }] });
  });

  test.each([[[]], [['.', '--list']], [['.', '--remove', '.']]])('%j is not understood', async (words) => {
    const { code, stderr, requests } = await said(() => hello, ['trust', ...words]);
    expect({ code, requests }).toEqual({ code: 2, requests: [] });
    expect(stderr).toMatch(/a DIRECTORY to trust .*--remove DIRECTORY, or --list/);
  });

  test('shows the list, without what a terminal would act on', async () => {
    const directories = [{ directory: '/a\u001b[2J', since }];
    expect((await said(() => ({ directories }), ['trust', '--list'])).stdout).toMatch(/^\/a +for /);
  });

  test('says what is so after a removal', async () => {
    const { stderr } = await said(() => ({ directories: [], trusted: false }), ['trust', '--remove', '/x']);
    expect(stderr).toBe('holdfast: a task in /x needs your consent again\n');
  });
});

describe('a task in a directory that is not trusted', () => {
  const refusal = new Refused(77, 'no agent has worked in /work yet: …');
  /** Takes the task only with consent. */
  const asks: Script = ({ method, params }) => {
    if (method === 'trust') return { directories: [], trusted: false };
    return method === 'start' && params.trust !== true ? refusal : { task: detail() };
  };
  const start = ['start', 'codex', 'fix-login'];

  test.each<[string, string[], Shell]>([
    ['--yes', ['--yes'], {}],
    ['HOLDFAST_YES', [], { env: { HOLDFAST_YES: '1' } }],
    ['the terminal: y', [], { tty: true, stdin: 'y\n' }],
    ['the terminal: YES', [], { tty: true, stdin: 'YES\n' }],
  ])('is started with consent by %s', async (_, flags, shell) => {
    const { code, requests } = await said(asks, [...start, '--prompt', 'x', ...flags], shell);
    expect(code).toBe(0);
    expect(requests.at(-1)).toMatchObject({ method: 'start', params: { trust: true, prompt: 'x' } });
  });

  test.each<[string, string]>([
    ['no', 'n\n'],
    ['Enter', '\n'],
    ['^D', ''],
    ['anything else', 'yesterday\n'],
  ])('is not started where the answer is %s: 77', async (_, stdin) => {
    const { code, stdout, stderr, requests } = await said(asks, [...start, '--prompt', 'x'], { tty: true, stdin });
    expect({ code, stdout }).toEqual({ code: 77, stdout: '' });
    expect(stderr).toContain('Let agents work in /work and below it? [y/N] ');
    expect(requests.filter(({ method, params }) => method === 'start' && params.trust)).toEqual([]);
  });

  test.each<[string, string[], Shell]>([
    ['without a terminal', ['--prompt', 'x'], { stdin: 'y\n' }],
    ['where stdin is the prompt', ['--prompt-file', '-'], { tty: true, stdin: 'y\n' }],
    ['where HOLDFAST_YES is 0', ['--prompt', 'x'], { env: { HOLDFAST_YES: '0' } }],
  ])('is not asked about %s: 77', async (_, flags, shell) => {
    const { code, stderr } = await said(asks, [...start, ...flags], shell);
    expect(code).toBe(77);
    expect(stderr).toContain('holdfast: no agent has worked in /work yet');
    expect(stderr).not.toContain('[y/N]');
  });

  test('is not asked about where something else is not allowed', async () => {
    const refuses: Script = ({ method }) => (method === 'trust' ? { directories: [], trusted: true } : refusal);
    const { code, stderr } = await said(refuses, [...start, '--prompt', 'x'], { tty: true, stdin: 'y\n' });
    expect(code).toBe(77);
    expect(stderr).not.toContain('[y/N]');
  });
});
