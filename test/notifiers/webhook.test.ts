import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { webhook } from '../../src/notifiers/webhook.ts';
import { noticeDocument } from '../../src/protocol/notices.ts';
import { HttpError, http } from '../../src/system/http.ts';
import { host, letter, notice, passing } from './letters.ts';
import { type Answer, receiver } from './receiver.ts';

const SECRET = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;
const make = (url: string, more: object = {}) =>
  webhook.create('hook', { type: 'webhook', url, ...more }, host({ KEY: SECRET }));

describe('a webhook', () => {
  test('is signed so that another implementation of the standard accepts it, at every try with the same id', async () => {
    const { url, received } = await receiver();
    const hook = make(url, { secret: 'env:KEY' });
    await hook.send(letter());
    await hook.send(letter());
    const [one, two] = received;
    for (const each of received)
      expect(new Webhook(SECRET).verify(each.body, each.headers as Record<string, string>)).toMatchObject({
        type: 'task.finished',
      });
    expect(one?.headers['webhook-id']).toBe('fix-AAAAAA/7');
    expect(two?.headers['webhook-id']).toBe('fix-AAAAAA/7');
    const forged = one?.body.replace('18m', '19m') ?? '';
    expect(() => new Webhook(SECRET).verify(forged, one?.headers as Record<string, string>)).toThrow();
  });

  test('carries the notice as documented, with what was held back before it', async () => {
    const { url, bodies } = await receiver();
    const result = { file: '/r.md', bytes: 3, changed: '1 file changed', excerpt: 'ok' };
    await make(url).send(
      letter(notice({ next: { what: 'resume', at: 0 }, result }), { earlier: [passing({ id: 'x/1' })] }),
    );
    const [body] = bodies();
    expect(noticeDocument.strict().parse(body?.data)).toMatchObject({
      result,
      earlier: [{ id: 'x/1', kind: 'resumed' }],
    });
  });

  test('names each kind as the standard likes it', async () => {
    const { url, bodies } = await receiver();
    for (const kind of ['waiting-input', 'gave-up', 'daemon-recovered'] as const)
      await make(url).send(letter(notice({ kind })));
    expect(bodies().map(({ type }) => type)).toEqual(['task.waiting_input', 'task.gave_up', 'daemon.recovered']);
  });

  test.each<[Answer, object]>([
    [{ status: 204 }, { result: 'sent' }],
    [{ status: 410 }, { result: 'gone' }],
    [{ status: 400 }, { result: 'later', why: 'it answered 400' }],
    [{ status: 404 }, { result: 'later', why: 'it answered 404' }],
    [
      { status: 301, headers: { location: 'http://127.0.0.1:2/' } },
      { result: 'later', why: 'it answered 301' },
    ],
    [{ status: 500 }, { result: 'later' }],
    [
      { status: 429, headers: { 'retry-after': '7' } },
      { result: 'later', afterMs: 7000 },
    ],
  ])('answered with %j is %j', async (answer, expected) => {
    const { url } = await receiver(() => answer);
    expect(await make(url).send(letter())).toMatchObject(expected);
  });

  test('that nobody answers is tried later', async () => {
    expect(await make('http://127.0.0.1:2').send(letter())).toEqual({ result: 'later', why: 'ECONNREFUSED' });
  });

  test('whose secret is not there is not sent unsigned', async () => {
    const { url, received } = await receiver();
    const hook = make(url, { secret: 'env:NOBODY' });
    expect(await hook.send(letter())).toMatchObject({ result: 'later' });
    expect(await hook.check()).toBe('env:NOBODY is not there');
    expect(received).toEqual([]);
  });
});

test('a server that takes the request and never answers is given up in time', async () => {
  const { url } = await receiver(() => 'hang');
  await expect(http(url, { timeoutMs: 50 })).rejects.toThrow(new HttpError('no answer in 0.05 s'));
});

test('no address is ever in an error', async () => {
  await expect(http('http://secret-token.invalid:99999/x', { timeoutMs: 50 })).rejects.toThrow(/^(?!.*secret).*$/);
});
