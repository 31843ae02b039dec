import type { Route } from '../../domain/route.ts';
import type { Gateway } from '../../notifiers/openclaw/gateway.ts';
import { findRoute } from '../../notifiers/openclaw/route.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed } from '../../protocol/methods.ts';
import type { Context } from '../context.ts';

type Wish = NonNullable<Parsed<'start'>['route']>;
const WAY_OUT = 'give --channel and --to, or start it with --no-notify';

/** The route that was asked for, complete: a task whose result would reach nobody is refused before it begins. */
export async function routeOf(context: Context, wish: Wish): Promise<Route> {
  const { sessionKey, channel, to, deliver } = wish;
  if ((channel === undefined) !== (to === undefined))
    throw new Refusal(EXIT.usage, '--channel and --to belong together: give both, or only --session-key');
  if (sessionKey === undefined && channel === undefined)
    throw new Refusal(EXIT.usage, 'a conversation is named by --session-key, or by --channel and --to');
  if (sessionKey === undefined && deliver === 'agent')
    throw new Refusal(EXIT.usage, '--deliver agent needs --session-key: without it there is no agent to wake');
  const named = channel === undefined || to === undefined ? undefined : { channel, to };
  const found = named ?? (await described(context, sessionKey ?? ''));
  const { threadId, accountId, replyTo } = wish;
  return {
    ...found,
    ...(sessionKey === undefined ? {} : { sessionKey }),
    ...(threadId === undefined ? {} : { threadId }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(replyTo === undefined ? {} : { replyTo }),
    deliver,
  };
}

async function described(context: Context, sessionKey: string): Promise<Omit<Route, 'deliver'>> {
  const found = await findRoute(gatewayOf(context), sessionKey);
  if (found.route) return found.route;
  throw new Refusal(found.passing ? EXIT.unavailable : EXIT.usage, `${found.why}: ${WAY_OUT}`);
}

function gatewayOf({ settings, environment }: Context): Gateway {
  const set = Object.values(settings.notify.to).find((each) => each.type === 'openclaw');
  return { command: set?.type === 'openclaw' ? set.command : ['openclaw'], env: environment };
}
