import { z } from 'zod';
import type { Letter, Sending } from '../../domain/notifier.ts';
import type { Route } from '../../domain/route.ts';
import { callGateway, type Gateway } from './gateway.ts';
import { sendingOf } from './wake.ts';
import { rawText } from './words.ts';

/** Of a channel that cannot edit: heartbeats are messages of their own there, and seldom. */
const NO_EDIT = 'no-edit:';
const SELDOM_MS = 300_000;
/** Of a message whose edit failed for a reason that we do not know: so often in a row, and then it is not tried again. */
const MISSED = /^missed-(\d):(.*)$/s;
const MOST_MISSED = 3;
const CANNOT = /not supported|unsupported/i;

const sent = z.looseObject({ messageId: z.union([z.string(), z.number()]).optional() });

/** A message to the person, without a turn of the model. */
export async function send(gateway: Gateway, letter: Letter, route: Route): Promise<Sending> {
  const reply = await callGateway(gateway, 'send', {
    channel: route.channel,
    to: route.to,
    ...(route.accountId === undefined ? {} : { accountId: route.accountId }),
    ...(route.threadId === undefined ? {} : { threadId: route.threadId }),
    ...(route.replyTo === undefined || letter.notice.kind !== 'started' ? {} : { replyToId: route.replyTo }),
    silent: letter.silent,
    message: rawText(letter),
    idempotencyKey: `${letter.notice.id}:raw`,
  });
  if (reply.kind !== 'done') return sendingOf(reply);
  const { messageId } = sent.safeParse(reply.value).data ?? {};
  return { result: 'sent', ...(messageId === undefined ? {} : { handle: String(messageId) }) };
}

/** The sign of life: one message that is replaced each time, as far as the channel can. */
export async function heartbeat(gateway: Gateway, letter: Letter, route: Route): Promise<Sending> {
  const { handle, notice } = letter;
  if (handle === undefined) return await first(gateway, letter, route);
  if (handle.startsWith(NO_EDIT)) return await seldom(gateway, letter, route, Number(handle.slice(NO_EDIT.length)));
  const [, missed = '0', messageId = handle] = MISSED.exec(handle) ?? [];
  const { channel, accountId, to } = route;
  const reply = await callGateway(gateway, 'message.action', {
    channel,
    action: 'edit',
    params: { to, target: to, messageId, message: rawText(letter) },
    ...(accountId === undefined ? {} : { accountId }),
    conversationReadOrigin: 'direct-operator', // without it: "mutation requires a provider-observed binding"
    idempotencyKey: notice.id,
  });
  if (reply.kind === 'done') return { result: 'sent', handle: messageId };
  if (reply.kind === 'later') return { result: 'later', why: reply.why };
  const times = Number(missed) + 1;
  if (reply.kind === 'failed' && times < MOST_MISSED && !CANNOT.test(reply.why))
    return { result: 'sent', handle: `missed-${times}:${messageId}` };
  return { result: 'sent', handle: `${NO_EDIT}${notice.at}` };
}

/** A message whose id nobody told us can never be edited. */
async function first(gateway: Gateway, letter: Letter, route: Route): Promise<Sending> {
  const sending = await send(gateway, letter, route);
  return sending.result === 'sent' ? { handle: `${NO_EDIT}${letter.notice.at}`, ...sending } : sending;
}

async function seldom(gateway: Gateway, letter: Letter, route: Route, last: number): Promise<Sending> {
  const { at } = letter.notice;
  if (at - last < SELDOM_MS) return { result: 'sent', handle: `${NO_EDIT}${last}` };
  const sending = await send(gateway, letter, route);
  return sending.result === 'sent' ? { ...sending, handle: `${NO_EDIT}${at}` } : sending;
}
