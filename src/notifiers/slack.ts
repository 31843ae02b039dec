import { textOf } from '../domain/notifier.ts';
import { cut, defineNotifier, secret } from './definition.ts';
import { post, resolvable } from './post.ts';

const LIMIT = 4000;
/** One message a second for each webhook. */
const GAP_MS = 1100;

/** Slack reads `<…>` as a link or as a call to everybody. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: it cannot edit what it sent.
export const slack = defineNotifier({
  type: 'slack',
  shape: { url: secret.describe('the incoming webhook; its address is a secret') },
  make: ({ url }, host) => ({
    gapMs: GAP_MS,
    check: resolvable(() => host.secret(url)),
    send: (letter) => post({ url: () => host.secret(url), json: { text: escaped(cut(textOf(letter), LIMIT)) } }),
  }),
});
