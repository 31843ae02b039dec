import { z } from 'zod';
import { NOTICE_KINDS } from '../domain/notice-kind.ts';
import { common } from '../notifiers/definition.ts';
import { notifierKinds } from '../notifiers/index.ts';

const [first, ...rest] = notifierKinds;

/** Who is told, of what, when. */
export const notifySchema = z
  .strictObject({
    kinds: z.array(z.enum(NOTICE_KINDS)).optional().describe('only these notices; without it all'),
    quietHours: common.quietHours.describe('nothing is sent to a person then; it waits for their end'),
    heartbeatSeconds: z.number().min(1).max(86_400).default(60).describe('a sign of life so often, edited in place'),
    progressSeconds: z.number().min(0).max(3600).default(5).describe('a task may report no more often than this'),
    to: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use a-z, 0-9 and "-"'),
        z.discriminatedUnion('type', [first.schema, ...rest.map(({ schema }) => schema)]),
      )
      .default({})
      .describe('the notifiers by name'),
  })
  .prefault({});
export type NotifySettings = z.output<typeof notifySchema>;
