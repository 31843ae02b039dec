import { z } from 'zod';
import { DRIVERS } from '../domain/agent.ts';
import { isPattern } from '../domain/answers.ts';

/** A method that only reads: its parameters and its answer. A daemon without the lock serves it too. */
export const reads = <P extends z.ZodType, R extends z.ZodType>(summary: string, params: P, result: R) =>
  ({ summary, params, result, changes: false }) as const;

/** A method that changes a task, a session, the settings in use or anything on disk, or tells somebody: for the daemon in charge alone. */
export const changes = <P extends z.ZodType, R extends z.ZodType>(summary: string, params: P, result: R) =>
  ({ summary, params, result, changes: true }) as const;

/** What an answer is decided by. */
export const pattern = z.string().max(500).refine(isPattern, 'write TOOL or TOOL(WHAT), with * for any text');

/** A span of time in milliseconds. */
export const ms = z.number().int().nonnegative();

/** What names a task. */
export const selector = z.string().min(1).max(100).describe('name, id, session name or unique prefix of a task');

/** How an agent is run. */
export const driver = z.enum(DRIVERS);
