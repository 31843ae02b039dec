import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { defineNotifier, documentOf, secret } from './definition.ts';
import { post, resolvable } from './post.ts';

/** Signs as Standard Webhooks 1.0.0 has it: HMAC-SHA256 over `id.timestamp.body`, keyed with the bytes behind `whsec_`. */
const signature = (key: string, signed: string): string =>
  `v1,${createHmac('sha256', Buffer.from(key.replace(/^whsec_/, ''), 'base64'))
    .update(signed)
    .digest('base64')}`;

// https://www.standardwebhooks.com. Signatures checked with the npm package standardwebhooks 1.1.1 in 2026-11.
export const webhook = defineNotifier({
  type: 'webhook',
  shape: { url: z.url({ protocol: /^https?$/ }), secret: secret.optional() },
  make: ({ url, secret: reference }, host) => ({
    audience: 'program',
    folds: 'account',
    check: resolvable(async () => reference && (await host.secret(reference))),
    async send(letter) {
      const { id, kind, at } = letter.notice;
      const type = kind === 'daemon-recovered' ? 'daemon.recovered' : `task.${kind.replaceAll('-', '_')}`;
      const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data: documentOf(letter) });
      const seconds = String(Math.floor(Date.now() / 1000)); // of this try: receivers refuse what is old
      const key = reference === undefined ? undefined : await host.secret(reference).catch(() => undefined);
      if (reference !== undefined && key === undefined) return { result: 'later', why: `${reference} cannot be read` };
      return await post({
        url: async () => url,
        json: body,
        patient: true,
        headers: {
          'webhook-id': id,
          'webhook-timestamp': seconds,
          ...(key === undefined ? {} : { 'webhook-signature': signature(key, `${id}.${seconds}.${body}`) }),
        },
      });
    },
  }),
});
