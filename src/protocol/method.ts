import { z } from 'zod';
import { DRIVERS } from '../domain/agent.ts';
import { isPattern } from '../domain/answers.ts';

/** One method of the daemon: what it takes, what it answers. */
export const method = <P extends z.ZodType, R extends z.ZodType>(summary: string, params: P, result: R) => ({
  summary,
  params,
  result,
});

/** What an answer is decided by. */
export const pattern = z.string().max(500).refine(isPattern, 'write TOOL or TOOL(WHAT), with * for any text');

/** A span of time in milliseconds. */
export const ms = z.number().int().nonnegative();

/** What names a task. */
export const selector = z.string().min(1).max(100).describe('name, id, session name or unique prefix of a task');

/** How an agent is run. */
export const driver = z.enum(DRIVERS);
