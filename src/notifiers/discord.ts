import { z } from 'zod';
import { textOf } from '../domain/notifier.ts';
import { cut, defineNotifier, secret } from './definition.ts';
import { post, resolvable } from './post.ts';

const LIMIT = 2000;
const SUPPRESS_NOTIFICATIONS = 4096;
const made = z.looseObject({ id: z.string() });

// https://docs.discord.com/developers/resources/webhook: `wait=true` answers with the message, whose id an edit takes.
export const discord = defineNotifier({
  type: 'discord',
  shape: { url: secret.describe('the webhook; its address is a secret') },
  make: ({ url }, host) => ({
    heartbeats: 'edited',
    check: resolvable(() => host.secret(url)),
    async send(letter) {
      const { handle, silent } = letter;
      const text = { content: cut(textOf(letter), LIMIT), allowed_mentions: { parse: [] } };
      if (handle !== undefined) {
        const message = async (): Promise<string> => messageAt(await host.secret(url), handle);
        return await post({ method: 'PATCH', url: message, json: text });
      }
      return await post({
        url: async () => answered(await host.secret(url)),
        json: silent ? { ...text, flags: SUPPRESS_NOTIFICATIONS } : text,
        onSent: ({ body }) => idIn(body),
      });
    },
  }),
});

/** The address may name a thread already: `?thread_id=…`. As text, for one that is none is told of by whoever asks it. */
const answered = (webhook: string): string => `${webhook}${webhook.includes('?') ? '&' : '?'}wait=true`;

function messageAt(webhook: string, id: string): string {
  const [address, ...query] = webhook.split('?');
  return [`${address}/messages/${id}`, ...query].join('?');
}

function idIn(body: string): { readonly handle?: string } {
  try {
    return { handle: made.parse(JSON.parse(body)).id };
  } catch {
    return {}; // sent all the same; the next heartbeat is a message of its own
  }
}
