import { z } from 'zod';
import { textOf } from '../domain/notifier.ts';
import { cut, defineNotifier, secret } from './definition.ts';
import { post, resolvable } from './post.ts';

const LIMIT = 4096;
/** About one message a second for each chat. */
const GAP_MS = 1100;
const made = z.looseObject({ result: z.looseObject({ message_id: z.number() }) });

// https://core.telegram.org/bots/api#sendmessage: plain text, no parse mode, so nothing in it is read as markup.
export const telegram = defineNotifier({
  type: 'telegram',
  shape: {
    token: secret,
    chat: z.union([z.string(), z.number()]).describe('id of the chat, or @name of a channel'),
    thread: z.number().int().optional().describe('topic of a forum'),
    server: z.url({ protocol: /^https?$/ }).default('https://api.telegram.org'),
  },
  make: ({ token, chat, thread, server }, host) => ({
    heartbeats: 'edited',
    gapMs: GAP_MS,
    check: resolvable(() => host.secret(token)),
    async send(letter) {
      const { handle, silent } = letter;
      const method = handle === undefined ? 'sendMessage' : 'editMessageText';
      const place =
        handle === undefined
          ? { ...(thread === undefined ? {} : { message_thread_id: thread }), disable_notification: silent }
          : { message_id: Number(handle) };
      return await post({
        url: async () => `${server.replace(/\/$/, '')}/bot${await host.secret(token)}/${method}`,
        json: { chat_id: chat, text: cut(textOf(letter), LIMIT), ...place },
        onSent: ({ body }) => idIn(body),
      });
    },
  }),
});

function idIn(body: string): { readonly handle?: string } {
  try {
    return { handle: String(made.parse(JSON.parse(body)).result.message_id) };
  } catch {
    return {}; // sent all the same; the next heartbeat is a message of its own
  }
}
