import { z } from 'zod';
import { isUrgent, textOf } from '../domain/notifier.ts';
import { defineNotifier, secret } from './definition.ts';
import { post, resolvable } from './post.ts';

const LIMIT_BYTES = 4096;
const URGENT = 4;
const USUAL = 3;
const SILENT = 1;

/** ntfy turns a longer message into an attachment; three bytes are for the ellipsis. */
function cutBytes(text: string): string {
  if (Buffer.byteLength(text) <= LIMIT_BYTES) return text;
  return `${Buffer.from(text)
    .subarray(0, LIMIT_BYTES - 3)
    .toString('utf8')
    .replace(/\ufffd+$/, '')}…`;
}

// https://docs.ntfy.sh/publish/#publish-as-json: JSON, because a header cannot carry UTF-8.
export const ntfy = defineNotifier({
  type: 'ntfy',
  shape: {
    server: z.url({ protocol: /^https?$/ }).default('https://ntfy.sh'),
    topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
    token: secret.optional(),
  },
  make: ({ server, topic, token }, host) => ({
    check: resolvable(async () => token && (await host.secret(token))),
    async send(letter) {
      const bearer = token === undefined ? undefined : await host.secret(token).catch(() => undefined);
      if (token !== undefined && bearer === undefined) return { result: 'later', why: `${token} cannot be read` };
      const priority = letter.silent ? SILENT : isUrgent(letter.notice) ? URGENT : USUAL;
      return await post({
        url: async () => server,
        json: { topic, title: `holdfast: ${letter.notice.task.name}`, message: cutBytes(textOf(letter)), priority },
        headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
      });
    },
  }),
});
