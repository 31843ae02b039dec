import { z } from 'zod';
import { PERMISSIONS } from '../domain/agent.ts';
import { FAILURE_KINDS } from '../domain/event.ts';
import { STATES } from '../domain/task.ts';
import { driver, ms } from './method.ts';

const time = z.iso.datetime();
const permissions = z.enum(PERMISSIONS);
const state = z.enum(STATES);

/** A task in one row. Times are ISO 8601, durations milliseconds, tokens counts. */
export const taskRow = z.object({
  id: z.string(),
  name: z.string(),
  agent: z.string(),
  state,
  /** Since when it has been in this state. */
  since: time,
  createdAt: time,
  /** The state in a few words for a person: what it does now, or why it is over. */
  summary: z.string(),
  attempt: z.number().int(),
  maxAttempts: z.number().int(),
  /** The next thing that happens by itself, and when. */
  next: z.object({ what: z.string(), at: time }).optional(),
  labels: z.array(z.string()),
  cwd: z.string(),
  session: z.string(),
  /** Of all attempts together, as are cost and tools. */
  tokens: z.object({ input: z.number(), output: z.number() }),
  costUsd: z.number().optional(),
  /** What the agent does, by its own events; absent while no attempt of it lives. */
  activity: z
    .object({
      turn: z.enum(['none', 'open', 'ended', 'failed']),
      doing: z
        .enum(['tool', 'thinking', 'waiting'])
        .optional()
        .describe(
          'waiting: for an answer, or for its provider; tool: a call is open, or a process of one was seen; thinking: its turn is open and neither is known, so the model has the word; absent outside of a turn',
        ),
      /** The tool call that is open, with its command or file. */
      tool: z.string().optional(),
      /** Since when that call was seen open; without one, since when the agent thinks. */
      since: time.optional(),
      /** The last time the agent wrote anything. */
      lastSignAt: time.optional(),
      /** It has written nothing for longer than the settings find natural (`silence.suspiciousMinutes`), and runs no tool. */
      suspicious: z.boolean(),
    })
    .optional(),
  question: z.object({ text: z.string(), choices: z.array(z.string()) }).optional(),
  /** What kind of failure it failed, or waits, for. */
  failure: z.enum(FAILURE_KINDS).optional(),
  tools: z.number().int(),
  denied: z.number().int(),
  /** There may have been more than `denied`: the agent does not tell of all. */
  deniedIsLeast: z.literal(true).optional(),
  /** The status of the agent's last process, 128+n for signal n; absent while none has ended. */
  exitStatus: z.number().int().optional(),
});

/** Everything about one task. */
export const taskDetail = taskRow.extend({
  model: z.string().optional(),
  permissions,
  driver,
  conversation: z.string().optional(),
  prompt: z.object({ bytes: z.number().int(), sha256: z.string() }),
  budget: z.object({ ms, spentMs: ms }),
  lastMessage: z.string().optional(),
  directory: z.string(),
  /** Written at the end: the agent's last message, or what stood in for it. */
  resultFile: z.string(),
  /** The plain tmux command that shows the session. */
  attachCommand: z.string(),
  sessionGone: z.literal(true).optional().describe('over, and its session is closed: attachCommand finds nothing'),
  environment: z.array(z.string()).describe('names only; values are never shown'),
  attempts: z.array(
    z.object({
      attempt: z.number().int(),
      kind: z.enum(['fresh', 'resume']).optional(),
      startedAt: time.optional(),
      endedAt: time.optional(),
      exitStatus: z.number().int().optional(),
      cause: z.string().optional(),
    }),
  ),
  followUps: z
    .object({ used: z.number().int(), most: z.number().int().optional() })
    .describe('how often it was let go on after an end, and how often it may be'),
  verdict: z.object({ state, evidence: z.array(z.string()) }).optional(),
});
