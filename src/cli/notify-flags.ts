import { NOTICE_KINDS, type NoticeKind } from '../domain/notice-kind.ts';
import { DELIVERIES } from '../domain/route.ts';
import type { Params } from '../protocol/methods.ts';
import { usageError } from './errors.ts';
import { text, toggle } from './options.ts';
import { suggest } from './suggest.ts';

const ofRoute = (describe: string, argument: string) => ({ ...text(describe, argument), group: 'OpenClaw' }) as const;

/** The flags that name an OpenClaw conversation. */
export const routeFlags = {
  'session-key': ofRoute('the OpenClaw session to wake', 'KEY'),
  channel: ofRoute('an OpenClaw channel, with --to', 'CHANNEL'),
  to: ofRoute('the chat in it', 'CHAT'),
  thread: ofRoute('the thread or topic in it', 'THREAD'),
  account: ofRoute('the account of the channel', 'ACCOUNT'),
  'reply-to': ofRoute('the message that the first notice answers', 'MESSAGE'),
  deliver: ofRoute(`${DELIVERIES.join(', ')} [both: a short message, and the agent is woken]`, 'HOW'),
} as const;

/** The flags of `start` about being told. */
export const notifyFlags = {
  notify: text('only these notices of it, with commas between; or "none"', 'KINDS'),
  'no-notify': toggle('tell nobody of it, the same as --notify none'),
  ...routeFlags,
} as const;

/** What yargs makes of the flags of a conversation. */
export interface RouteArgs {
  readonly sessionKey?: string | undefined;
  readonly channel?: string | undefined;
  readonly to?: string | undefined;
  readonly thread?: string | undefined;
  readonly account?: string | undefined;
  readonly replyTo?: string | undefined;
  readonly deliver?: string | undefined;
}

/** What yargs makes of all of them. */
export interface NotifyArgs extends RouteArgs {
  readonly notify?: string | undefined;
  readonly noNotify?: boolean | undefined;
}

type Request = Pick<Params<'start'>, 'notify' | 'route'>;

/** The part of a request that says who is told. */
export function parseNotify(args: NotifyArgs): Request {
  const none = args.noNotify || args.notify === 'none';
  if (none) return { notify: [] };
  return {
    ...(args.notify === undefined ? {} : { notify: args.notify.split(',').map(parseKind) }),
    ...parseRoute(args),
  };
}

/** The conversation that the flags name, if any. */
export function parseRoute(args: RouteArgs): Pick<Request, 'route'> {
  const { sessionKey, channel, to, thread, account, replyTo, deliver } = args;
  const given = { sessionKey, channel, to, threadId: thread, accountId: account, replyTo };
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (Object.keys(named).length === 0 && deliver === undefined) return {};
  return { route: { ...named, ...(deliver === undefined ? {} : { deliver: parseDeliver(deliver) }) } };
}

function parseKind(word: string): NoticeKind {
  const kind = NOTICE_KINDS.find((each) => each === word.trim());
  if (kind) return kind;
  const meant = suggest(word, NOTICE_KINDS);
  throw usageError(
    `--notify ${JSON.stringify(word)} is no kind of notice${meant ? `, did you mean ${meant}` : ''}: there are ${NOTICE_KINDS.join(', ')}; or "none"`,
  );
}

function parseDeliver(word: string): (typeof DELIVERIES)[number] {
  const deliver = DELIVERIES.find((each) => each === word);
  if (deliver) return deliver;
  throw usageError(`--deliver is ${JSON.stringify(word)}: choose one of ${DELIVERIES.join(', ')}`);
}
