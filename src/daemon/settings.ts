import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { Agent } from '../domain/agent.ts';
import { ANSWERING } from '../domain/answers.ts';
import { CONTINUE } from '../domain/continuation.ts';
import { defaultPolicy } from '../domain/policy.ts';
import { pattern } from '../protocol/method.ts';
import { notifySchema } from './settings-notify.ts';

const MINUTE = 60_000;
const minutes = (byDefault: number) =>
  z
    .number()
    .min(0)
    .default(byDefault / MINUTE);

const times = (byDefault: number, min: number) => z.number().int().min(min).max(1000).default(byDefault);

/** Every setting with its unit and default. */
export const settingsSchema = z.strictObject({
  $schema: z.string().optional().describe('for editors: what "holdfast config schema" prints'),
  tmux: z
    .strictObject({
      socket: z
        .string()
        .regex(/^[A-Za-z0-9_.-]{1,60}$/)
        .default('holdfast')
        .describe('name of the tmux server (tmux -L)'),
    })
    .prefault({}),
  maxConcurrent: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(32)
    .describe('agents at work at the same time; further tasks wait'),
  allowFull: z
    .boolean()
    .default(false)
    .describe('may tasks run with --permissions full, without sandbox and approvals?'),
  startDaemon: z.boolean().default(true).describe('may the CLI start a missing daemon?'),
  tickSeconds: z
    .number()
    .min(0.05)
    .max(60)
    .default(5)
    .describe('how often all tasks are looked at; tmux is asked at every third time while all are calm'),
  resume: z
    .strictObject({
      baseMinutes: minutes(defaultPolicy.baseMs).describe('wait before the second resume; doubled each time'),
      capMinutes: minutes(defaultPolicy.capMs).describe('longest wait'),
      jitter: z.number().min(0).max(0.5).default(defaultPolicy.jitter).describe('each wait is varied by this fraction'),
      maxAttempts: z
        .number()
        .int()
        .min(1)
        .max(1000)
        .default(defaultPolicy.maxAttempts)
        .describe('lives of a task at most'),
      stableMinutes: minutes(defaultPolicy.stableAfterMs).describe('so long must an attempt run to be called healthy'),
      budgetMinutes: minutes(defaultPolicy.budgetMs).describe('no resume after so much time'),
      strictBudget: z.boolean().default(false).describe('count waits for a provider and time asleep too'),
      rateWaitMaxMinutes: minutes(defaultPolicy.rateWaitMaxMs).describe('longest wait for a usage limit'),
      prompt: z
        .string()
        .min(1)
        .max(100_000)
        .default(CONTINUE)
        .describe('what an agent is told at a resume; {why}, {tool} and {changed} are filled in'),
      fastDeaths: z
        .number()
        .int()
        .min(1)
        .default(defaultPolicy.fastDeaths)
        .describe('so many short lives in a row give up'),
      fastDeathSeconds: z
        .number()
        .min(0)
        .default(defaultPolicy.fastDeathMs / 1000)
        .describe('a life that was shorter is a short one'),
    })
    .prefault({}),
  loop: z
    .strictObject({
      sameErrors: times(defaultPolicy.sameDeaths, 1).describe(
        'so many attempts in a row that die of the same error give up',
      ),
      sameTools: times(defaultPolicy.sameTools, 0).describe(
        'or that end in the same tool call, nothing changed; 0: never',
      ),
      unchangedAttempts: times(defaultPolicy.unchangedAttempts, 0).describe(
        'or that leave the work tree (git) as they found it; 0: never',
      ),
    })
    .prefault({}),
  answers: z
    .strictObject({
      mode: z
        .enum(ANSWERING)
        .default(defaultPolicy.answers.mode)
        .describe('what is done when an agent asks for a permission: ask you, accept-safe by the patterns, deny all'),
      allow: z
        .array(pattern)
        .default([...defaultPolicy.answers.allow])
        .describe('what accept-safe grants'),
      deny: z.array(pattern).default([]).describe('what accept-safe refuses; it counts over allow'),
    })
    .prefault({}),
  directories: z
    .strictObject({
      allowed: z
        .array(z.string().refine(isAbsolute, 'write an absolute path'))
        .default([])
        .describe('agents may work in these and below them only; empty: everywhere'),
      confirm: z.boolean().default(true).describe('ask before the first task in a directory'),
    })
    .prefault({}),
  silence: z
    .strictObject({
      suspiciousMinutes: minutes(defaultPolicy.suspiciousAfterMs).describe('marked ⚠ in list and show'),
      stalledMinutes: minutes(defaultPolicy.stalledAfterMs).describe('a state of its own, and told'),
      hungMinutes: z
        .number()
        .min(0)
        .optional()
        .describe('with proof: ended and resumed; by default 45, and longer for agents that wait in silence'),
      hungIdleMinutes: minutes(defaultPolicy.hangProofMs).describe('so long must its processes have been idle by then'),
      poke: z
        .boolean()
        .default(defaultPolicy.poke)
        .describe('send a line to a hung agent that sits at a prompt, before it is ended'),
      lingerSeconds: z
        .number()
        .min(0)
        .default(defaultPolicy.lingerMs / 1000)
        .describe('a process that stays so long after its final event is ended'),
    })
    .prefault({}),
  notify: notifySchema,
  environment: z
    .strictObject({
      pass: z.array(z.string()).default([]).describe('names of variables of the daemon that every agent gets'),
    })
    .prefault({}),
});
export type Settings = z.output<typeof settingsSchema>;

/** The policy that a new task gets from the settings. */
export const policyFrom = ({ resume, silence, loop, answers }: Settings, agent: Pick<Agent, 'hangsAfterMs'> = {}) => ({
  ...defaultPolicy,
  baseMs: resume.baseMinutes * MINUTE,
  capMs: resume.capMinutes * MINUTE,
  jitter: resume.jitter,
  maxAttempts: resume.maxAttempts,
  stableAfterMs: resume.stableMinutes * MINUTE,
  budgetMs: resume.budgetMinutes * MINUTE,
  strictBudget: resume.strictBudget,
  rateWaitMaxMs: resume.rateWaitMaxMinutes * MINUTE,
  suspiciousAfterMs: silence.suspiciousMinutes * MINUTE,
  stalledAfterMs: silence.stalledMinutes * MINUTE,
  hangAfterMs:
    silence.hungMinutes === undefined
      ? (agent.hangsAfterMs ?? defaultPolicy.hangAfterMs)
      : silence.hungMinutes * MINUTE,
  hangProofMs: silence.hungIdleMinutes * MINUTE,
  poke: silence.poke,
  lingerMs: silence.lingerSeconds * 1000,
  sameDeaths: loop.sameErrors,
  sameTools: loop.sameTools,
  unchangedAttempts: loop.unchangedAttempts,
  answers,
  fastDeaths: resume.fastDeaths,
  fastDeathMs: resume.fastDeathSeconds * 1000,
});
