import { z } from 'zod';
import { changes, reads } from './method.ts';

/** Methods about the daemon itself. */
export const daemonMethods = {
  hello: reads(
    'who the daemon is',
    z.strictObject({}),
    z.object({
      version: z.string(),
      pid: z.number().int(),
      startedAt: z.iso.datetime(),
      stateDir: z.string(),
      logFile: z.string(),
      tmux: z.object({ version: z.string(), command: z.array(z.string()) }),
      tasks: z.object({ alive: z.number().int(), ended: z.number().int() }),
      /** Why nothing can be written down just now: what lives is watched, and nothing new is accepted. */
      degraded: z.string().optional(),
      problems: z.array(z.string()),
      later: z.array(z.string()).optional().describe('settings that are changed, and wait for the next daemon'),
    }),
  ),
  settings: reads(
    'the settings that the daemon uses',
    z.strictObject({ cwd: z.string().max(4096).optional().describe('for a task in this directory') }),
    z.object({
      settings: z.array(
        z.object({
          key: z.string(),
          value: z.unknown(),
          origin: z.enum(['default', 'file', 'environment', 'project']),
        }),
      ),
    }),
  ),
  reload: changes(
    'read the settings anew',
    z.strictObject({}),
    z.object({ changed: z.array(z.string()), later: z.array(z.string()).describe('by the next daemon only') }),
  ),
  shutdown: reads('end the daemon; agents go on', z.strictObject({}), z.object({ pid: z.number().int() })),
} as const;
