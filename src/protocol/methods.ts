import { z } from 'zod';
import { PERMISSIONS } from '../domain/agent.ts';
import { ANSWERING } from '../domain/answers.ts';
import { FAILURE_KINDS } from '../domain/event.ts';
import { STATES } from '../domain/task.ts';
import { daemonMethods } from './daemon-methods.ts';
import { changes, driver, ms, pattern, reads, selector } from './method.ts';
import { noticeMethods } from './notice-methods.ts';
import { noticeKind, routeRow, routeWish } from './notices.ts';
import { taskDetail, taskRow } from './task-rows.ts';

/** Version of everything `--json` prints; raised only when a field is renamed, removed or changes its meaning. */
export const SCHEMA = 1;

const time = z.iso.datetime();
const times = z.number().int().min(0).max(100);
const permissions = z.enum(PERMISSIONS);
const state = z.enum(STATES);

const one = z.strictObject({ task: selector });

/** Every method of the daemon. The server parses by this table, the client takes its types from it. */
export const methods = {
  ...daemonMethods,
  start: changes(
    'accept a task and start it',
    z.strictObject({
      agent: z.string().max(40).describe('codex, claude, opencode, pi, demo'),
      name: z.string().max(400).describe('a-z, 0-9 and "-"; unique among tasks that are not over'),
      cwd: z.string().max(4096).describe('the absolute path of the directory in which it works'),
      prompt: z.string().optional().describe('what is to be done'),
      promptFile: z.string().optional().describe('a private file in <state>/incoming, taken over by the daemon'),
      model: z.string().max(200).optional().describe("a model, in the agent's own words"),
      resumePrompt: z
        .string()
        .min(1)
        .max(100_000)
        .optional()
        .describe('what the agent is told at a resume; {why}, {tool} and {changed} are filled in'),
      permissions: permissions.default('workspace').describe('full only where the settings allow it'),
      driver: driver.default('print').describe('`print`: its non-interactive mode; `tui`: its own program in the pane'),
      labels: z.array(z.string().max(100)).max(20).default([]),
      env: z.record(z.string().max(200), z.string().max(131_072)).default({}),
      answers: z.enum(ANSWERING).optional().describe('when the agent asks for a permission'),
      allow: z
        .array(pattern)
        .max(50)
        .default([])
        .describe('granted beside what the settings allow, where answers is accept-safe'),
      deny: z
        .array(pattern)
        .max(50)
        .default([])
        .describe('refused beside what the settings deny; it counts over allow'),
      limitWait: z.boolean().default(true).describe('wait for the end of a usage limit'),
      budgetMs: ms.optional().describe('no resume after so much time'),
      maxAttempts: z.number().int().min(1).max(1000).optional(),
      followUps: times.optional().describe('how often it may be let go on after its end without a person'),
      notify: z.array(noticeKind).optional().describe('only these notices of it; none of them: nobody is told'),
      route: routeWish.optional(),
      trust: z.boolean().default(false).describe('the operator consents to this directory, and to what is below it'),
      dryRun: z.boolean().default(false),
    }),
    z.object({
      task: taskDetail.optional(),
      plan: z
        .object({
          agent: z.string(),
          bin: z.string(),
          driver,
          start: z.array(z.string()),
          resume: z.array(z.string()),
          permissions: z.string(),
          cwd: z.string(),
          session: z.string(),
          environment: z.array(z.string()),
          route: routeRow.optional(),
        })
        .optional(),
      warnings: z
        .array(z.string())
        .optional()
        .describe('what the operator should know of it before it goes wrong, a sentence each'),
    }),
  ),
  list: reads(
    'the tasks',
    z.strictObject({
      states: z.array(state).optional(),
      label: z.string().optional(),
      agent: z.string().optional(),
    }),
    z.object({
      tasks: z.array(taskRow),
      /** Why nothing can be written down just now, so that the rows may be older than what they tell of. */
      degraded: z.string().optional(),
    }),
  ),
  show: reads('one task', one, z.object({ task: taskDetail })),
  explain: reads(
    'the evidence behind a state',
    one,
    z.object({
      task: taskRow,
      looked: z.array(z.object({ what: z.string(), found: z.string() })),
      signals: z.array(z.object({ signal: z.string(), says: z.string() })),
      history: z.array(z.object({ at: time, happening: z.string(), state, why: z.string().optional() })),
    }),
  ),
  render: reads(
    'what the command line prints for a line that only looks',
    z.strictObject({
      line: z.array(z.string().max(1000)).max(100).describe('the words behind `holdfast`'),
      terminal: z
        .strictObject({ columns: z.number().int().min(1).max(10_000), color: z.boolean() })
        .optional()
        .describe('where it is shown; absent where that is none'),
    }),
    z.object({
      rendered: z
        .object({ exitCode: z.number().int(), stdout: z.string(), stderr: z.string() })
        .optional()
        .describe('absent where the line is anything else, or something is the matter: run the command itself'),
    }),
  ),
  logs: reads(
    'what the agent did',
    z.strictObject({
      task: selector,
      attempt: z.number().int().min(1).optional(),
      lines: z.number().int().min(0).max(100_000).default(200),
      raw: z.boolean().default(false),
      screen: z.boolean().default(false).describe('the screen of the session instead, as a whole'),
      after: z.string().optional().describe('the cursor of the last answer: only what came later'),
      waitMs: ms.max(60_000).default(0).describe('wait so long for something new'),
    }),
    z.object({
      /** Raw lines of the agent's own events, or our reading of them. */
      entries: z.array(
        z.object({ attempt: z.number().int(), raw: z.string().optional(), event: z.unknown().optional() }),
      ),
      screen: z.string().optional(),
      cursor: z.string(),
      /** There is more by now than fits into one answer: ask on with the cursor. */
      more: z.boolean(),
      /** The task has ended, and this was all. */
      over: z.boolean(),
    }),
  ),
  send: changes(
    'type into the session',
    z.strictObject({
      task: selector,
      text: z.string().max(1_000_000).optional(),
      keys: z.array(z.string().max(40)).max(50).optional(),
      force: z.boolean().default(false),
    }),
    z.object({ sent: z.string() }),
  ),
  answer: changes(
    'answer the question of an agent',
    z.strictObject({ task: selector, text: z.string().min(1).max(100_000) }),
    z.object({ task: taskRow, sent: z.string() }),
  ),
  stop: changes(
    'end a task and everything it started',
    z.strictObject({ task: selector, graceMs: ms.max(600_000).default(10_000) }),
    z.object({ task: taskRow }),
  ),
  retry: changes(
    'run an ended task again, in the same conversation',
    z.strictObject({
      task: selector,
      prompt: z.string().min(1).optional().describe('what is to be done now; without it the task goes on'),
      promptFile: z.string().optional().describe('the same, as in start'),
      consent: z.boolean().default(false).describe('the operator allows it beyond the follow-ups of the task'),
    }),
    z.object({ task: taskRow }),
  ),
  retryFailed: changes(
    'run all tasks again that failed for one cause',
    z.strictObject({ failedBy: z.enum(FAILURE_KINDS), agent: z.string().max(40).optional() }),
    z.object({ tasks: z.array(taskRow) }),
  ),
  wait: reads(
    'until tasks are over',
    z.strictObject({
      tasks: z.array(selector).min(1).max(1000),
      any: z.boolean().default(false),
      waitMs: ms.max(60_000),
    }),
    z.object({ over: z.boolean(), tasks: z.array(taskRow) }),
  ),
  prune: changes(
    'forget ended tasks',
    z.strictObject({ olderMs: ms.default(0), task: selector.optional(), dryRun: z.boolean().default(false) }),
    z.object({ pruned: z.array(z.string()) }),
  ),
  trust: changes(
    'the directories in which agents may work without a question',
    z.strictObject({
      action: z.enum(['list', 'add', 'remove', 'check']).default('list'),
      directory: z.string().max(4096).optional().describe('needed for all but list'),
    }),
    z.object({
      directories: z.array(z.object({ directory: z.string(), since: time })),
      /** May a task start in `directory` without consent? */
      trusted: z.boolean().optional(),
    }),
  ),
  ...noticeMethods,
} as const;

export type Methods = typeof methods;
export type MethodName = keyof Methods;
/** The methods that change something. */
export type ChangingMethod = { [M in MethodName]: Methods[M]['changes'] extends true ? M : never }[MethodName];
/** What a caller gives, before defaults. */
export type Params<M extends MethodName> = z.input<Methods[M]['params']>;
/** What a handler gets, with defaults. */
export type Parsed<M extends MethodName> = z.output<Methods[M]['params']>;
export type Result<M extends MethodName> = z.output<Methods[M]['result']>;
export type TaskRow = z.output<typeof taskRow>;
export type TaskDetail = z.output<typeof taskDetail>;
