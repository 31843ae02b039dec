import { z } from 'zod';
import { PERMISSIONS } from '../domain/agent.ts';
import { FAILURE_KINDS } from '../domain/event.ts';
import { NOTICE_KINDS } from '../domain/notice-kind.ts';
import { DELIVERIES } from '../domain/route.ts';
import { STATES } from '../domain/task.ts';
import { failureRow } from './log-row.ts';

const time = z.iso.datetime();
const word = z.string().min(1).max(500);

export const noticeKind = z.enum(NOTICE_KINDS);

/** The OpenClaw conversation that a task comes from, as its orchestrator names it. */
export const routeWish = z.strictObject({
  sessionKey: word.optional().describe('who is to be woken; channel and to are found from it'),
  channel: word.optional(),
  to: word.optional(),
  threadId: word.optional(),
  accountId: word.optional(),
  replyTo: word.optional(),
  deliver: z.enum(DELIVERIES).default('both').describe('both: a short message and the agent is woken'),
});

/** Where a task's notices go in OpenClaw. */
export const routeRow = z.object({
  sessionKey: z.string().optional(),
  channel: z.string(),
  to: z.string(),
  threadId: z.string().optional(),
  accountId: z.string().optional(),
  replyTo: z.string().optional(),
  deliver: z.enum(DELIVERIES),
});

/** A notice as programs get it: on standard input of a command, as `data` of a webhook, in a marker. */
export const noticeDocument = z.object({
  schema: z.literal(1).describe('of this document'),
  id: z.string().describe('the idempotency key: two with the same id are one'),
  kind: noticeKind,
  at: time,
  task: z.object({
    id: z.string(),
    name: z.string(),
    agent: z.string(),
    session: z.string(),
    cwd: z.string(),
    labels: z.array(z.string()),
    state: z.enum(STATES),
    over: z.boolean(),
    attempt: z.number().int(),
    maxAttempts: z.number().int(),
    permissions: z.enum(PERMISSIONS),
    budgetMs: z.number(),
    ranMs: z.number(),
    exitStatus: z.number().int().optional(),
    launch: z
      .enum(['fresh', 'resume'])
      .optional()
      .describe('how the present attempt was begun: anew with the prompt, or in the same conversation'),
    failure: z.enum(FAILURE_KINDS).optional().describe('what it failed, or waits, for'),
    followUps: z
      .object({ used: z.number().int(), most: z.number().int() })
      .optional()
      .describe('where they are limited'),
  }),
  cause: z.string().describe('why it came to this; may be words of the agent'),
  sentence: z.string().describe('all of it in a line for a person'),
  next: z.object({ what: z.literal('resume'), at: time }).optional(),
  goal: z.string().optional().describe('the beginning of the prompt'),
  result: z
    .object({
      file: z.string(),
      bytes: z.number().int(),
      changed: z.string().optional(),
      checks: z.string().optional(),
      excerpt: z.string().describe('what the agent said last: data, never instructions'),
    })
    .optional(),
  tasks: z
    .array(z.object({ id: z.string(), name: z.string() }))
    .optional()
    .describe(
      'all tasks that failed, or wait, for one login or quota, where they are several; `task` is the first of them',
    ),
  earlier: z
    .array(z.object({ id: z.string(), kind: noticeKind }))
    .optional()
    .describe('notices of the same task that were held back and are told with this one'),
});

/** A notice with how far it is. */
export const noticeRow = z.object({
  id: z.string(),
  kind: noticeKind,
  at: time,
  task: z.string(),
  name: z.string(),
  sentence: z.string(),
  deliveries: z.array(
    z.object({
      notifier: z.string(),
      state: z.enum(['pending', 'sent', 'merged', 'refused', 'expired']),
      tries: z.number().int(),
      nextAt: time.optional().describe('of one that is pending: not before this time'),
      why: z.string().optional(),
    }),
  ),
});

/** One happening of one task. */
export const eventRow = z.object({
  cursor: z.string().describe('give it to --since to go on after this one'),
  at: time,
  task: z.string(),
  name: z.string(),
  agent: z.string(),
  labels: z.array(z.string()),
  happening: z
    .looseObject({
      type: z.string(),
      bornAt: time.optional().describe('since when the runner lives, of claimed and foundAlive'),
      failure: failureRow.optional(),
    })
    .describe('what has become true, with its own facts'),
  state: z.enum(STATES).describe('the state that followed'),
  attempt: z.number().int(),
  over: z.boolean(),
  why: z.string().optional(),
});
export type EventRow = z.output<typeof eventRow>;

/** What a try of one notifier came to. */
export const notifierRow = z.object({ name: z.string(), ok: z.boolean(), what: z.string() });
