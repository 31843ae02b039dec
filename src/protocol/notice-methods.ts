import { z } from 'zod';
import { changes, ms, reads, selector } from './method.ts';
import { eventRow, noticeRow, notifierRow, routeRow, routeWish } from './notices.ts';

/** The methods about being told. */
export const noticeMethods = {
  progress: changes(
    'tell how far a task is, from inside of it',
    z.strictObject({ task: selector, text: z.string().min(1).max(1000) }),
    z.object({ task: z.string(), told: z.string() }),
  ),
  events: reads(
    'every happening of every task, in order',
    z.strictObject({
      after: z.string().max(100).optional().describe('the cursor of an earlier event or answer: only what came later'),
      task: selector.optional(),
      most: z.number().int().min(1).max(10_000).default(1000),
      waitMs: ms.max(60_000).default(0).describe('wait so long for something new'),
    }),
    z.object({ events: z.array(eventRow), cursor: z.string(), more: z.boolean() }),
  ),
  notices: reads(
    'what was told to whom',
    z.strictObject({ pending: z.boolean().default(false), task: selector.optional() }),
    z.object({ notices: z.array(noticeRow) }),
  ),
  notify: changes(
    'try the notifiers',
    z.strictObject({
      action: z.enum(['check', 'test', 'send']),
      message: z.string().min(1).max(4000).optional().describe('what is sent; needed for send'),
      wake: z.boolean().default(false).describe('of send: the agent of the route is woken with it'),
      notifier: z.string().max(40).optional(),
      route: routeWish.optional(),
    }),
    z.object({ notifiers: z.array(notifierRow), route: routeRow.optional() }),
  ),
} as const;
