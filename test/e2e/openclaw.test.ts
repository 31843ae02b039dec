import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/protocol/methods.ts';
import { fakeOpenClaw } from '../notifiers/fake-openclaw.ts';
import { holdfast } from './rig.ts';
import { until } from './until.ts';

const TOPIC = 'agent:main:telegram:group:-100777:topic:55';

function withGateway() {
  const fake = fakeOpenClaw();
  const to = { claw: { type: 'openclaw', command: fake.command } };
  const hf = holdfast({ settings: { tickSeconds: 0.3, notify: { to } } });
  const begin = (...flags: string[]) =>
    hf.begin({ stdin: '@say all is well\n' }, 'start', 'demo', 'one', '--prompt-file', '-', ...flags);
  const pending = async () => methods.notices.result.parse(await hf.json('notices', '--pending')).notices;
  return { ...fake, hf, begin, pending };
}

describe('a task that came from an OpenClaw conversation', () => {
  test('wakes its agent with the result, and tells the person in the same topic', async () => {
    const { hf, begin, calls, pending } = withGateway();
    expect(await begin('--session-key', TOPIC)).toMatchObject({ code: 0 });
    await hf.end('one');
    await until(async () => calls().some(({ method }) => method === 'agent.wait') && (await pending()).length === 0);
    const sent = calls().filter(({ method }) => method === 'send');
    for (const { params } of sent)
      expect(params).toMatchObject({
        channel: 'telegram',
        to: 'telegram:-100777:topic:55',
        threadId: '55',
        accountId: 'default',
      });
    const [wake] = calls().filter(({ method }) => method === 'agent');
    expect(wake?.params).toMatchObject({ sessionKey: TOPIC, deliver: true });
    expect(wake?.params.message).toMatch(/^\[holdfast\] task=one event=finished status=succeeded exit=0/);
    expect(wake?.params.message).toContain('Done: 1 step');
  });

  test('may be let go on by the woken agent as often as was said, in the same conversation', async () => {
    const { hf, begin, calls } = withGateway();
    const woken = () => calls().filter(({ method, words }) => method === 'agent' && words.length > 0);
    expect(await begin('--session-key', TOPIC, '--iterate', '1')).toMatchObject({ code: 0 });
    await until(() => woken().length === 1);
    expect(woken()[0]?.params.message).toContain('(1 of 1 follow-ups left): holdfast retry one --prompt-file FILE');
    const more = await hf.begin({ stdin: 'Mind the tests too.' }, 'retry', 'one', '--prompt-file', '-');
    expect(more).toMatchObject({ code: 0 });
    await until(() => woken().length === 2);
    expect(woken()[1]?.params.message).toContain('Its follow-ups are used up');
    const [entries, ...others] = hf.conversations().values();
    expect(others).toEqual([]);
    const prompts = entries?.filter(({ type }) => type === 'prompt');
    expect(prompts).toMatchObject([{ text: '@say all is well\n' }, { text: 'Mind the tests too.' }]);
    expect(await hf.cli('retry', 'one')).toMatchObject({ code: 77, stderr: expect.stringContaining('--yes') });
    expect(await hf.cli('retry', 'one', '--yes')).toMatchObject({ code: 0 });
    expect(await hf.end('one')).toMatchObject({ state: 'succeeded', followUps: { used: 2, most: 1 } });
  });

  test('is told once when the gateway comes back, also by the next daemon', async () => {
    const { hf, begin, is, calls, pending } = withGateway();
    await begin('--session-key', TOPIC);
    is('down');
    await hf.end('one');
    await until(async () => (await pending()).some(({ deliveries }) => deliveries[0]?.tries === 1));
    await hf.killDaemon();
    is('ok');
    await hf.cli('list');
    await until(async () => (await pending()).length === 0);
    const woken = calls().filter(({ method, words }) => method === 'agent' && words.length > 0);
    expect(new Set(woken.map(({ params }) => params.idempotencyKey)).size).toBe(1);
  });

  test.each<[string, readonly string[], number]>([
    ['an unknown session', ['--session-key', 'agent:nobody'], 2],
    ['a session without a conversation', ['--session-key', 'agent:main:webchat'], 2],
    ['half an address', ['--channel', 'telegram'], 2],
    ['an agent without a session', ['--channel', 'telegram', '--to', '1', '--deliver', 'agent'], 2],
    ['a delivery that there is not', ['--session-key', TOPIC, '--deliver', 'twice'], 2],
    ['a gateway that is away', ['--session-key', TOPIC], 69],
  ])('is refused with %s, before anything is started', async (what, flags, code) => {
    const { hf, begin, is } = withGateway();
    if (what.includes('away')) is('down');
    expect(await begin(...flags)).toMatchObject({ code });
    expect(await hf.list()).toEqual([]);
  });

  test('starts without a route where nobody is to be told', async () => {
    const { begin, methods: called } = withGateway();
    expect(await begin('--session-key', 'agent:nobody', '--no-notify')).toMatchObject({ code: 0 });
    expect(called()).toEqual([]);
  });

  test('shows its route before it starts', async () => {
    const { hf } = withGateway();
    const dry = await hf.cli('start', 'demo', 'one', '--prompt', 'x', '--session-key', TOPIC, '--dry-run');
    expect(dry.stdout).toMatch(/told in +.*telegram:-100777:topic:55/);
    const checked = await hf.cli('notify', 'check', '--session-key', TOPIC);
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringMatching(/threadId +55[\s\S]*claw +ok/) });
    expect(await hf.cli('notify', 'check', '--session-key', 'agent:nobody')).toMatchObject({ code: 2 });
  });
});

describe('words of the operator', () => {
  test('reach the person in the conversation, and its agent only where that is said', async () => {
    const { hf, calls } = withGateway();
    const say = (...flags: string[]) =>
      hf.cli('notify', 'send', '--session-key', TOPIC, '--message', '/new red', ...flags);
    expect(await say()).toMatchObject({ code: 0 });
    const told = () => calls().filter(({ method }) => method === 'send' || method === 'agent');
    expect(told().map(({ method, params }) => [method, params.message])).toEqual([['send', '/new red']]);
    expect(await say('--wake', '--deliver', 'agent')).toMatchObject({ code: 0 });
    expect(told()[1]).toMatchObject({
      method: 'agent',
      params: { sessionKey: TOPIC, message: '[holdfast] message from the operator: /new red' },
    });
  });

  test.each([
    ['nothing is said', ['send', '--session-key', TOPIC]],
    ['nobody could be woken', ['send', '--message', 'x', '--wake']],
    ['nothing is sent', ['check', '--message', 'x']],
  ])('are refused where %s', async (_, words) => {
    const { hf } = withGateway();
    expect(await hf.cli('notify', ...words)).toMatchObject({ code: 2 });
  });
});

test('the sign of life is one message, edited while the agent works', async () => {
  const { command, calls } = fakeOpenClaw();
  const notify = { heartbeatSeconds: 1, to: { claw: { type: 'openclaw', command, kinds: ['heartbeat'] } } };
  const hf = holdfast({ settings: { tickSeconds: 0.3, notify } });
  await hf.start('one', ['@run echo hello', '@touch ready', '@wait go'], '--channel', 'telegram', '--to', '12345');
  await hf.sees('ready');
  await expect
    .poll(
      () =>
        calls()
          .slice(0, 2)
          .map(({ method }) => method),
      { timeout: 30_000 },
    )
    .toEqual(['send', 'message.action']);
  const [first, second] = calls();
  expect(first?.params.message).toMatch(/^📡 one: 🟢 demo 0min · ops:\d+ · .*(🧠|💻|🔧)/u);
  expect(second?.params).toMatchObject({ action: 'edit', params: { messageId: '101' } });
  writeFileSync(hf.inside('work', 'go'), '');
  await hf.end('one');
});
