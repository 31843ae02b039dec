import { z } from 'zod';
import type { Route } from '../../domain/route.ts';
import { callGateway, type Gateway } from './gateway.ts';

const described = z.looseObject({
  session: z
    .looseObject({
      deliveryContext: z
        .looseObject({
          channel: z.string().optional(),
          to: z.string().optional(),
          accountId: z.string().optional(),
          threadId: z.union([z.string(), z.number()]).optional(),
        })
        .nullish(),
    })
    .nullish(),
});

/** Where the conversation of a session key is delivered to, or why nobody can say. `passing`: it may be known later. */
export type Found =
  | { readonly route: Omit<Route, 'deliver'> }
  | { readonly route?: never; readonly why: string; readonly passing: boolean };

/** Asks the gateway for the route of a session: nothing is guessed from the shape of its key. */
export async function findRoute(gateway: Gateway, sessionKey: string): Promise<Found> {
  const reply = await callGateway(gateway, 'sessions.describe', { key: sessionKey });
  switch (reply.kind) {
    case 'done': {
      const parsed = described.safeParse(reply.value);
      const { channel, to, accountId, threadId } = parsed.data?.session?.deliveryContext ?? {};
      if (channel === undefined || to === undefined)
        return {
          why: `OpenClaw knows no conversation for the session key ${JSON.stringify(sessionKey)}`,
          passing: false,
        };
      return {
        route: {
          sessionKey,
          channel,
          to,
          ...(accountId === undefined ? {} : { accountId }),
          ...(threadId === undefined ? {} : { threadId: String(threadId) }),
        },
      };
    }
    case 'refused':
    case 'inside-exec':
      return { why: `OpenClaw refuses: ${reply.why}`, passing: false };
    case 'later':
    case 'failed':
      return { why: `OpenClaw cannot be asked: ${reply.why}`, passing: true };
    case 'queued':
      return { why: 'OpenClaw answered what nobody asked', passing: true };
    default:
      return reply satisfies never;
  }
}
