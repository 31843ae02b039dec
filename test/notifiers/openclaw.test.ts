import { describe, expect, test } from 'vitest';
import type { Letter } from '../../src/domain/notifier.ts';
import { callGateway } from '../../src/notifiers/openclaw/gateway.ts';
import { findRoute } from '../../src/notifiers/openclaw/route.ts';
import { openclaw } from '../../src/notifiers/openclaw.ts';
import { fakeOpenClaw } from './fake-openclaw.ts';
import { AT, host, letter, notice, passing, route } from './letters.ts';

const RAW = 'fix-AAAAAA/7:raw';
const WAKE = 'fix-AAAAAA/7';

function made(env: Readonly<Record<string, string>> = {}) {
  const fake = fakeOpenClaw();
  const notifier = openclaw.create('openclaw', { type: 'openclaw', command: fake.command }, host(env));
  const send = (about: Letter = letter()) => notifier.send({ route, ...about });
  return { ...fake, notifier, send };
}

describe('the end of a task', () => {
  test('reaches the person as a silent message and wakes the agent, each with a key of its own', async () => {
    const { send, calls } = made();
    expect(await send()).toMatchObject({ result: 'sent' });
    expect(calls().map(({ method, params }) => [method, params.idempotencyKey ?? params.runId])).toEqual([
      ['send', RAW],
      ['agent', WAKE],
      ['agent.wait', WAKE],
    ]);
    expect(calls()[0]?.params).toMatchObject({ channel: 'telegram', to: 'telegram:12345', silent: true });
    expect(calls()[1]?.params).toMatchObject({ sessionKey: 'agent:main:main', deliver: true });
  });

  test('is one message and one turn, however often it is sent', async () => {
    const { send, calls } = made();
    await send();
    expect(await send()).toEqual({ result: 'sent' });
    expect(new Set(calls().map(({ params }) => params.idempotencyKey ?? params.runId))).toEqual(new Set([RAW, WAKE]));
  });

  test.each<[string, readonly string[]]>([
    ['both', ['send', 'agent', 'agent.wait']],
    ['agent', ['agent', 'agent.wait']],
    ['raw', ['send']],
  ])('delivered as "%s" is %j', async (deliver, expected) => {
    const { send, methods } = made();
    await send(letter(notice(), { route: { ...route, deliver: deliver as 'both' } })); // from the table above
    expect(methods()).toEqual(expected);
  });

  test('goes to thread and account, and the first notice answers the message that asked', async () => {
    const { send, calls } = made();
    const there = { ...route, deliver: 'raw', threadId: '55', accountId: 'work', replyTo: '9' } as const;
    await send(letter(passing({ kind: 'started' }), { route: there }));
    expect(calls()[0]?.params).toMatchObject({ threadId: '55', accountId: 'work', replyToId: '9' });
  });
});

describe('what wakes nobody', () => {
  test.each(['started', 'resumed', 'progress', 'cancelled', 'rate-limited'] as const)(
    '%s is a message only',
    async (kind) => {
      const { send, methods } = made();
      await send(letter(passing({ kind })));
      expect(methods()).toEqual(['send']);
    },
  );

  test('is not for who wants only the agent to be told', () => {
    const agent = { ...route, deliver: 'agent' } as const;
    expect(made().notifier.takes({ notice: passing(), route: agent })).toBe(false);
    expect(made().notifier.takes({ notice: notice(), route: agent })).toBe(true);
    expect(made().notifier.takes({ notice: notice() })).toBe(false);
  });
});

describe('when the gateway answers otherwise', () => {
  test.each<[string, object]>([
    ['down', { result: 'later' }],
    ['draining', { result: 'later' }],
    ['garbage', { result: 'later' }],
    ['auth', { result: 'refused', why: expect.stringContaining('token mismatch') }],
    ['queued', { result: 'sent' }],
    ['silent', { result: 'sent' }],
    ['busy', { result: 'later', why: expect.stringContaining('not over') }],
    ['no-session', { result: 'sent', remark: expect.stringContaining('not woken') }],
    ['run-error', { result: 'sent', remark: expect.stringContaining('not woken') }],
    ['undelivered', { result: 'sent', remark: expect.stringContaining('not woken') }],
    ['no-target', { result: 'sent', remark: expect.stringContaining('no message') }],
    ['odd-send', { result: 'later', why: 'Error: of a new kind', done: 'wake' }],
    ['odd-agent', { result: 'later', why: 'Error: of a new kind', done: 'raw' }],
  ])('"%s" becomes %j', async (mode, expected) => {
    const { send, is } = made();
    is(mode);
    expect(await send()).toMatchObject(expected);
  });

  test('a message that was sent is not sent again when only the wake is tried again', async () => {
    const { send, is, methods } = made();
    is('busy');
    const sending = await send();
    expect(sending).toMatchObject({ result: 'later', done: 'raw' });
    is('ok');
    expect(await send(letter(notice(), { done: 'raw' }))).toEqual({ result: 'sent' });
    expect(methods().filter((method) => method === 'send')).toHaveLength(1);
  });

  test.each(['send', 'agent'])('a "%s" that hangs is ended in its time, and tried again later', async (method) => {
    const { command, is } = fakeOpenClaw();
    is('hang');
    const reply = await callGateway({ command, env: {}, marginMs: 50 }, method, {}, 250);
    expect(reply).toEqual({ kind: 'later', why: expect.stringContaining('did not end in 0.3 s') });
  });

  test('a message that did not arrive is tried again alone, and the agent is not told that it has', async () => {
    const { send, is, calls, methods } = made();
    is('odd-send');
    expect(await send()).toMatchObject({ result: 'later', done: 'wake' });
    expect(calls()[1]?.params.message).not.toContain('told already');
    is('ok');
    expect(await send(letter(notice(), { done: 'wake' }))).toEqual({ result: 'sent' });
    expect(methods()).toEqual(['send', 'agent', 'agent.wait', 'send']);
  });

  test('an agent whose person has the message is told so', async () => {
    const { send, calls } = made();
    await send();
    expect(calls()[1]?.params.message).toContain('The person has been told already');
  });

  test('the person is told directly where only the agent was to be and cannot be woken', async () => {
    const { send, is, methods } = made();
    is('no-session');
    await send(letter(notice(), { route: { ...route, deliver: 'agent' } }));
    expect(methods()).toEqual(['agent', 'send']);
  });

  test('an `openclaw` that is not there is tried again later', async () => {
    const notifier = openclaw.create('o', { type: 'openclaw', command: ['/nowhere/openclaw'] }, host());
    expect(await notifier.send(letter(notice(), { route }))).toMatchObject({
      result: 'later',
      why: expect.stringContaining('not there'),
    });
    expect(await notifier.check()).toContain('not on the PATH');
  });
});

test('inside an exec of OpenClaw the mark stays and the wake is a system event', async () => {
  const { send, calls } = made({ OPENCLAW_SHELL: 'exec' });
  expect(await send()).toMatchObject({ result: 'sent', remark: expect.stringContaining('service') });
  expect(calls().map(({ method }) => method)).toEqual(['send', 'agent', 'system event']);
  expect(calls()[2]?.words).toEqual(expect.arrayContaining(['--mode', 'now', '--session-key', 'agent:main:main']));
});

describe('the sign of life', () => {
  const beat = (id: string, at: number, handle?: string) =>
    letter(passing({ id, kind: 'heartbeat', at }), { silent: true, ...(handle ? { handle } : {}) });

  test('is one silent message, edited from then on', async () => {
    const { send, calls } = made();
    const first = await send(beat('fix-AAAAAA/6-1', AT));
    expect(first).toMatchObject({ result: 'sent', handle: '101' });
    expect(await send(beat('fix-AAAAAA/6-2', AT + 60_000, '101'))).toEqual({ result: 'sent', handle: '101' });
    expect(calls().map(({ method }) => method)).toEqual(['send', 'message.action']);
    expect(calls()[1]?.params).toMatchObject({
      action: 'edit',
      params: { messageId: '101' },
      conversationReadOrigin: 'direct-operator',
    });
  });

  /** What the gateway is asked for in these minutes, one after the other. */
  async function minutes(mode: string, known: string | undefined, ...those: readonly number[]) {
    const { send, is, methods } = made();
    is(mode);
    let handle = known;
    for (const minute of those) {
      const sending = await send(beat(`fix-AAAAAA/6-${minute}`, AT + minute * 60_000, handle));
      if (sending.result === 'sent') handle = sending.handle;
    }
    return { methods, is, send, handle };
  }

  test('is a message every five minutes where the channel cannot edit', async () => {
    const { methods } = await minutes('no-edit', '101', 1, 2, 3, 4, 5, 6, 7);
    expect(methods()).toEqual(['message.action', 'send']);
  });

  test('is a message every five minutes where the channel gives its messages no id', async () => {
    const { methods } = await minutes('no-id', undefined, 1, 2, 3, 4, 5, 6, 7);
    expect(methods()).toEqual(['send', 'send']);
  });

  test('is edited again at the next, where an edit failed for a reason that we do not know', async () => {
    const { is, send, handle, methods } = await minutes('odd-edit', '101', 1, 2);
    is('ok');
    expect(await send(beat('fix-AAAAAA/6-3', AT, handle))).toEqual({ result: 'sent', handle: '101' });
    expect(methods()).toEqual(['message.action', 'message.action', 'message.action']);
  });

  test('is no longer edited when that has failed three times in a row', async () => {
    const { methods } = await minutes('odd-edit', '101', 1, 2, 3, 4, 5, 6, 7, 8);
    expect(methods()).toEqual(['message.action', 'message.action', 'message.action', 'send']);
  });
});

describe('the route of a session key', () => {
  const find = (key: string, mode = 'ok') => {
    const { command, is } = fakeOpenClaw();
    is(mode);
    return findRoute({ command, env: {} }, key);
  };

  test('is where its conversation is delivered to, topics included', async () => {
    expect(await find('agent:main:telegram:group:-100777:topic:55')).toEqual({
      route: {
        sessionKey: 'agent:main:telegram:group:-100777:topic:55',
        channel: 'telegram',
        to: 'telegram:-100777:topic:55',
        accountId: 'default',
        threadId: '55',
      },
    });
  });

  test.each([
    ['agent:nobody', 'ok', false],
    ['agent:main:webchat', 'ok', false],
    ['agent:main:main', 'auth', false],
    ['agent:main:main', 'down', true],
  ])('%s is not known when the gateway is %s', async (key, mode, passingBy) => {
    expect(await find(key, mode)).toMatchObject({ passing: passingBy });
  });
});
