import { z } from 'zod';
import { FAILURE_KINDS } from '../domain/event.ts';

const time = z.iso.datetime();

/** A failure in the agent's own words. */
export const failureRow = z.looseObject({
  kind: z.enum(FAILURE_KINDS),
  message: z.string(),
  resetAt: time.optional().describe('when a limit ends, where the agent says it'),
});

/** A line of `logs --json`: our reading of one event of an agent. */
export const logRow = z.object({
  attempt: z.number().int(),
  event: z
    .looseObject({ type: z.string(), resetAt: time.optional(), failure: failureRow.optional() })
    .optional()
    .describe('what the agent reports, with its own facts'),
  raw: z.string().optional().describe("instead, with --raw: the agent's own line"),
});
