import { describe, expect, test } from 'vitest';
import type { Letter } from '../../src/domain/notifier.ts';
import { discord } from '../../src/notifiers/discord.ts';
import { ntfy } from '../../src/notifiers/ntfy.ts';
import { slack } from '../../src/notifiers/slack.ts';
import { telegram } from '../../src/notifiers/telegram.ts';
import { host, letter, notice, passing } from './letters.ts';
import { type Answer, type Received, receiver } from './receiver.ts';

const long = '🚀'.repeat(5000);
const huge = letter(notice({ sentence: long }));

async function at(body = '{}', more = '') {
  const { url, received } = await receiver(() => ({ status: 200, body }));
  const there = host({ URL: `${url}/hook${more}`, TOKEN: '12:ab' });
  const notifiers = {
    ntfy: ntfy.create('n', { type: 'ntfy', server: url, topic: 'me', token: 'env:TOKEN' }, there),
    slack: slack.create('s', { type: 'slack', url: 'env:URL' }, there),
    discord: discord.create('d', { type: 'discord', url: 'env:URL' }, there),
    telegram: telegram.create('t', { type: 'telegram', server: url, token: 'env:TOKEN', chat: 5, thread: 8 }, there),
  };
  const send = async (name: keyof typeof notifiers, about: Letter = letter()) => {
    const sending = await notifiers[name].send(about);
    return { sending, request: received.at(-1) ?? expect.fail('nothing arrived') };
  };
  return { notifiers, send };
}

const json = ({ body }: Received): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>; // an object, or the test fails

describe('ntfy', () => {
  test('gets topic, title and the token, and its own kind of urgency', async () => {
    const { send } = await at();
    const { request } = await send('ntfy');
    expect(request.headers.authorization).toBe('Bearer 12:ab');
    expect(json(request)).toMatchObject({
      topic: 'me',
      title: 'holdfast: fix',
      priority: 4,
      message: notice().sentence,
    });
    expect(json((await send('ntfy', letter(passing()))).request)).toMatchObject({ priority: 3 });
    expect(json((await send('ntfy', letter(passing(), { silent: true }))).request)).toMatchObject({ priority: 1 });
  });

  test('gets no more bytes than make a message', async () => {
    const message = String(json((await (await at()).send('ntfy', huge)).request).message);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
    expect(message).toMatch(/^(🚀)+…$/u);
  });
});

describe('slack', () => {
  test('reads nothing into the words', async () => {
    const { request } = await (await at()).send('slack', letter(notice({ sentence: '<!channel> & <http://x|y>' })));
    expect(json(request)).toEqual({ text: '&lt;!channel&gt; &amp; &lt;http://x|y&gt;' });
  });

  test('gets no more than one message a second', async () => {
    expect((await at()).notifiers.slack.gapMs).toBeGreaterThan(1000);
  });
});

describe('discord', () => {
  test('calls nobody by name, and takes no more than 2,000 characters', async () => {
    const { request } = await (await at()).send('discord', huge);
    expect(json(request)).toMatchObject({ allowed_mentions: { parse: [] } });
    expect([...String(json(request).content)]).toHaveLength(2000);
  });

  test('has its message edited by the id that it gave', async () => {
    const { send } = await at('{"id":"77"}');
    const first = await send('discord', letter(passing({ kind: 'heartbeat' }), { silent: true }));
    expect(first).toMatchObject({ sending: { handle: '77' }, request: { method: 'POST', path: '/hook?wait=true' } });
    const next = await send('discord', letter(passing({ kind: 'heartbeat' }), { silent: true, handle: '77' }));
    expect(next.request).toMatchObject({ method: 'PATCH', path: '/hook/messages/77' });
  });

  test('that has no address to go to says so, and not what stands there', async () => {
    const made = discord.create('d', { type: 'discord', url: 'env:URL' }, host({ URL: 'https//a-secret' }));
    for (const about of [letter(), letter(passing(), { handle: '77' })]) {
      const sending = await made.send(about);
      expect(sending).toMatchObject({ result: 'later' });
      expect(JSON.stringify(sending)).not.toContain('a-secret');
    }
  });

  test('stays in the thread that the address names', async () => {
    const { send } = await at('{"id":"77"}', '?thread_id=5');
    expect((await send('discord')).request.path).toBe('/hook?thread_id=5&wait=true');
    expect((await send('discord', letter(passing(), { handle: '77' }))).request.path).toBe(
      '/hook/messages/77?thread_id=5',
    );
  });
});

describe('telegram', () => {
  test('gets plain text in the right topic, silent where nobody has to look', async () => {
    const { request } = await (await at()).send('telegram', letter(passing(), { silent: true }));
    expect(request.path).toBe('/bot12:ab/sendMessage');
    expect(json(request)).toEqual({
      chat_id: 5,
      message_thread_id: 8,
      disable_notification: true,
      text: '🔁 fix goes on',
    });
  });

  test('has its message edited, and takes no more than 4,096 characters', async () => {
    const { send } = await at('{"ok":true,"result":{"message_id":9}}');
    const first = await send('telegram', huge);
    expect(first.sending).toEqual({ result: 'sent', handle: '9' });
    expect([...String(json(first.request).text)]).toHaveLength(4096);
    const { request } = await send('telegram', letter(passing(), { handle: '9' }));
    expect(request.path).toBe('/bot12:ab/editMessageText');
    expect(json(request)).toMatchObject({ message_id: 9 });
  });
});

/** A service that always gives this answer. */
async function answering(name: 'ntfy' | 'slack' | 'discord' | 'telegram', answer: Answer) {
  const { url } = await receiver(() => answer);
  const there = host({ URL: url, TOKEN: 't' });
  return {
    ntfy: () => ntfy.create(name, { type: name, server: url, topic: 'me' }, there),
    slack: () => slack.create(name, { type: name, url: 'env:URL' }, there),
    discord: () => discord.create(name, { type: name, url: 'env:URL' }, there),
    telegram: () => telegram.create(name, { type: name, server: url, token: 'env:TOKEN', chat: 5 }, there),
  }[name]();
}

describe.each(['ntfy', 'slack', 'discord', 'telegram'] as const)('%s', (name) => {
  test('waits as long as it is told to', async () => {
    const made = await answering(name, { status: 429, headers: { 'retry-after': '1.5' } });
    expect(await made.send(letter())).toEqual({ result: 'later', why: 'it answered 429', afterMs: 1500 });
  });

  test('is not asked twice for what it will never do', async () => {
    const made = await answering(name, { status: 400 });
    expect(await made.send(letter())).toEqual({ result: 'refused', why: 'it answered 400' });
  });
});
