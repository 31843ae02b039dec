import { describe, expect, test } from 'vitest';
import { opencode } from '../../src/agents/opencode.ts';
import type { Launch } from '../../src/domain/agent.ts';
import { ended, failed, folded, hooked, recorded } from './recording.ts';

const order = { cwd: '/w', taskDir: '/t', permissions: 'workspace', chosenId: 'c-1' } as const;
const conversation = 'ses_e04b54887ffe1u7UkWZLztD2ZP';
const once = { input: 1000, output: 50 };

describe('opencode', () => {
  test('is started under a title that we can find again, kept in the directory by the environment', () => {
    expect(opencode.print.start({ ...order, model: 'a/b' })).toEqual({
      args: ['run', '--format=json', '--dir=/w', '--auto', '--model=a/b', '--title=holdfast-c-1'],
      env: { OPENCODE_PERMISSION: '{"external_directory":"deny"}' },
    });
  });

  test('is resumed by id, in the directory it was started in', () => {
    expect(opencode.print.resume({ ...order, permissions: 'full', conversation })).toEqual({
      args: ['run', '--format=json', '--dir=/w', '--auto', `--session=${conversation}`],
    });
  });

  test('reads as an agent of ours that may do nothing else, whatever the user allows to others', () => {
    const { args, env } = opencode.print.start({ ...order, permissions: 'read-only' });
    expect(args).not.toContain('--auto');
    const { agent } = JSON.parse(env?.OPENCODE_CONFIG_CONTENT ?? '');
    const name = args.find((word) => word.startsWith('--agent='))?.slice('--agent='.length) ?? '';
    expect(Object.entries(agent[name].permission)[0]).toEqual(['*', 'deny']); // the last rule that matches wins
    expect(agent[name].permission).not.toHaveProperty('bash');
  });

  test('is asked for its transcript in SQL, with the id quoted', () => {
    const place = { cwd: '/w', taskDir: '/t', env: {} };
    expect(opencode.transcript({ ...place, conversation })).toMatchObject({ kind: 'command', holds: conversation });
    const { args } = opencode.transcript({ ...place, conversation: "x' or 1" });
    expect(args).toContain("select session_id from part where session_id = 'x'' or 1' limit 1");
  });

  test.each([
    ['tool', ended('All done.', { conversation, tools: 1, tokens: { input: 2000, output: 100 }, costUsd: 0.0022 })],
    ['tool-fails', ended('It failed.', { tools: 1 })],
    ['resume', ended('resumed', { tokens: once })],
    ['429-then-ok', ended('OK after 429.')],
    ['workspace', ended('done', { tools: 4, denied: 2 })],
    ['read-only', ended('done', { tools: 4, denied: 3 })],
    ['permission-rejected', { turn: 'open', tools: 1, denied: 1, tokens: once }],
    ['401', failed('auth', /^401 Incorrect API key/)],
    ['404-model', failed('model-not-found', /^404 The model/)],
    ['429', failed('rate-limit', /^429 Rate limit reached/)],
    ['quota', failed('billing', /^429 You exceeded your current quota/)],
    ['500', failed('overloaded', /^500 /)],
    ['overloaded', failed('overloaded', /^503 /)],
    ['drop', failed('network', /^Connection reset/)],
    ['connection-refused', failed('network', /^Cannot connect to API/)],
    ['stall-mid-stream', failed('network', /^SSE read timed out$/)],
    ['sigkill-in-tool', { turn: 'open', lastMessage: 'Running.', tools: 0 }], // a tool is told of when it has ended
  ])('in the recording "%s" adds up to what happened', (name, expected) => {
    expect(folded(opencode, name)).toMatchObject(expected);
  });

  test('gets over a full context window by itself, and that failure is forgotten', () => {
    const failures = recorded(opencode, 'context-window').filter(({ type }) => type === 'turn-failed');
    expect(failures[0]).toMatchObject({ failure: { kind: 'context-window' } });
    expect(folded(opencode, 'context-window')).not.toHaveProperty('failure');
  });

  test('names its conversation in an error too, where that is its first word', () => {
    expect(folded(opencode, '401').conversation).toBe('ses_e04b4d0daffeM5TZjckMT30sn3');
  });

  test('shows tools with how they ended', () => {
    const [done] = recorded(opencode, 'tool-fails').filter(({ type }) => type === 'tool-ended');
    expect(done).toMatchObject({ tool: 'bash', what: 'echo bad >&2; exit 3', ok: false, exitCode: 3, output: 'bad\n' });
  });

  test.each([
    ['read-only', ['bash echo x > made.txt', 'write /work/project/w.txt', 'read /etc/hostname']],
    ['workspace', ['bash touch /work/outside4.txt', 'write /work/outside3.txt']],
    ['permission-rejected', ['bash touch made.txt']],
  ])('names what was denied in "%s"', (name, expected) => {
    const denied = recorded(opencode, name).flatMap((event) =>
      event.type === 'tool-denied' ? [`${event.tool} ${event.what}`] : [],
    );
    expect(denied).toEqual(expected);
  });

  test('keeps its own notes to the model to itself', () => {
    expect(opencode.print.read({ type: 'text', part: { text: 'Continue', synthetic: true } })).toEqual([]);
  });

  test.each([
    ['\u001b[91m\u001b[1mError: \u001b[0mSession not found', 'conversation-not-found'],
    ['opencode run [message..]', 'bad-flag'],
    ['      --auto         auto-approve permissions that are not explicitly denied', 'bad-flag'],
  ])('fails on stderr in known words: %s', (words, kind) => {
    expect(opencode.failures.find(({ match }) => match.test(words))?.kind).toBe(kind);
  });
});

describe('a session that was never named to us', () => {
  const { args, read } = opencode.unnamed({ ...order, chosenId: "c'1" });

  test('is looked for by the title that we gave it: the newest that holds something', () => {
    expect(args[1]).toContain("title = 'holdfast-c''1'");
    expect(args[1]).toMatch(/exists \(select 1 from part .* order by time_created desc limit 1$/);
  });

  test.each([
    ['[\n  {\n    "id": "ses_e034495bfffel0pOxNwN3wfF0r"\n  }\n]\n', 'ses_e034495bfffel0pOxNwN3wfF0r'],
    ['[{"id":"ses_1"},{"id":"ses_2"}]', 'ses_1'],
    ['[]\n', undefined],
    ['', undefined],
    ['no such table', undefined],
    ['[{"id":"ses_x; rm -rf /"}]', undefined],
  ])('%j names %s', (answer, id) => {
    expect(read(answer)).toBe(id);
  });
});

describe('its own program', () => {
  const { tui } = opencode;
  const terminal = { ...order, hook: '/state/hook.sh', model: 'a/b/c' };
  const wishOf = ({ env }: Launch) => JSON.parse(env?.HOLDFAST_OPENCODE ?? '');

  test('begins and goes on with an exact session, which a plugin tells where the prompt is', () => {
    const start = tui.start(terminal);
    expect(start.args).toEqual(['--model=a/b/c']);
    expect(wishOf(start)).toEqual({ title: 'holdfast-c-1', model: { providerID: 'a', modelID: 'b/c' } });
    expect(JSON.parse(start.env?.OPENCODE_CONFIG_CONTENT ?? '').plugin).toEqual([
      expect.stringMatching(/^file:.*\/hooks\/opencode\.js$/),
    ]);
    const resume = tui.resume({ ...terminal, conversation });
    expect(resume.args).toContain(`--session=${conversation}`);
    expect(wishOf(resume)).toMatchObject({ session: conversation });
  });

  test('is confined as in print mode', () => {
    const { args, env } = tui.start({ ...terminal, permissions: 'read-only' });
    expect(args).toContain('--agent=holdfast-read-only');
    expect(JSON.parse(env?.OPENCODE_CONFIG_CONTENT ?? '').agent).toHaveProperty('holdfast-read-only');
    expect(wishOf({ args, ...(env ? { env } : {}) })).toMatchObject({ agent: 'holdfast-read-only' });
    expect(tui.start(terminal).env).toMatchObject({ OPENCODE_PERMISSION: '{"external_directory":"deny"}' });
  });

  test('tells a turn with its tools by the plugin', () => {
    expect(hooked(opencode, 'tool')).toMatchObject(
      ended('All are counted.', { tools: 1, conversation: 'ses_e034495bfffel0pOxNwN3wfF0r' }),
    );
  });

  test.each([
    ['asks', { type: 'permission', asked: { permission: 'bash', patterns: ['rm x'] } }, 'asked'],
    ['is left at its prompt', { type: 'left' }, 'asked'],
    ['is answered', { type: 'replied', call: 'call_1' }, 'replied'],
    ['tries again', { type: 'retry', status: { message: 'slow down' } }, 'retrying'],
    ['is interrupted by a person', { type: 'error', error: { name: 'MessageAbortedError' } }, 'warned'],
    ['fails', { type: 'error', error: { name: 'APIError', data: { statusCode: 401, message: 'no' } } }, 'turn-failed'],
  ])('%s', (_, line, type) => {
    expect(tui.read(line)[0]?.type).toBe(type);
  });
});
