import { resolve } from 'node:path';
import { DRIVERS, PERMISSIONS } from '../../domain/agent.ts';
import { ANSWERING, isPattern } from '../../domain/answers.ts';
import { plainLine } from '../../domain/plain-text.ts';
import { ConnectionLost } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Params, Result, TaskDetail } from '../../protocol/methods.ts';
import { defineCommand } from '../command.ts';
import { isGiven, isGivenNow } from '../consent.ts';
import type { Context } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { parseEnv } from '../environment.ts';
import { usageError } from '../errors.ts';
import { type NotifyArgs, notifyFlags, parseNotify } from '../notify-flags.ts';
import { parseCount } from '../numbers.ts';
import { parseChoice, text, texts, toggle } from '../options.ts';
import { type Prompt, takePrompt } from '../prompt.ts';
import { table } from '../table.ts';
import { waitFor } from '../waiting.ts';

interface Args extends NotifyArgs {
  readonly agent: string;
  readonly task: string;
  readonly cwd?: string | undefined;
  readonly mkdir: boolean;
  readonly gitInit: boolean;
  readonly prompt?: string | undefined;
  readonly promptFile?: string | undefined;
  readonly model?: string | undefined;
  readonly resumePrompt?: string | undefined;
  readonly permissions: string;
  readonly answers?: string | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
  readonly driver: string;
  readonly label?: readonly string[] | undefined;
  readonly env?: readonly string[] | undefined;
  readonly budget?: string | undefined;
  readonly maxAttempts?: string | undefined;
  readonly iterate?: string | undefined;
  readonly yes: boolean;
  readonly noLimitWait: boolean;
  readonly wait: boolean;
  readonly dryRun: boolean;
}

/** `holdfast start` */
export const start = defineCommand({
  command: 'start <agent> <task>',
  describe: 'give an agent a task',
  builder: (yargs) =>
    yargs
      .positional('agent', { type: 'string', demandOption: true, describe: 'codex, claude, opencode, pi, demo' })
      .positional('task', { type: 'string', demandOption: true, describe: 'a name: a-z, 0-9 and "-"' })
      .option('cwd', text('where it works [this directory]', 'DIR'))
      .option('mkdir', toggle('make that directory where it is missing'))
      .option('git-init', toggle('make it a git repository where it is none'))
      .option('prompt-file', text('what is to be done; "-" reads stdin', 'FILE'))
      .option('prompt', text('the prompt itself', 'TEXT'))
      .option('model', text("a model, in the agent's own words", 'MODEL'))
      .option('resume-prompt', text('what it is told at a resume; {why}, {tool} and {changed} are filled in', 'TEXT'))
      .option('permissions', { ...text(PERMISSIONS.join(', '), 'LEVEL'), default: 'workspace' })
      .option('answers', text(`what its questions for a permission get: ${ANSWERING.join(', ')}`, 'MODE'))
      .option('allow', texts('with accept-safe: granted too, such as "command(npm test)"', 'PATTERN'))
      .option('deny', texts('with accept-safe: refused, whatever is allowed', 'PATTERN'))
      .option('driver', {
        ...text('print: unattended; tui: its own program, for people who want to type', 'DRIVER'),
        default: 'print',
      })
      .option('label', texts('a label for `list`', 'TEXT'))
      .option('env', texts('K=V, or K with the value it has here', 'K[=V]'))
      .option('budget', text('no resume after so much time, such as 6h [5h]', 'DURATION'))
      .option('max-attempts', text('at most so many attempts [12]', 'N'))
      .option('iterate', text('how many follow-ups it may get without a person, by `retry` after its end', 'N'))
      .option('yes', toggle('I consent to this directory: later tasks in it are not asked about'))
      .option('no-limit-wait', toggle('end at a usage limit instead of waiting for its reset'))
      .options(notifyFlags)
      .option('wait', toggle('until it is over; exit codes as in `wait`'))
      .option('dry-run', toggle('only say what would be run'))
      .example('$0 start codex fix-login --prompt-file task.md', '')
      .example('git diff | $0 start claude review --permissions read-only --wait', ''),
  async handler(args: Args, context) {
    const params = toParams(args, context);
    const answer = args.dryRun ? await dryRun(args, params, context) : await commission(args, params, context);
    const warnings = answer.warnings ?? []; // a daemon of an earlier version gives none
    for (const warning of warnings) context.output.say(`warning: ${warning}`);
    if (answer.plan) return showPlan(answer.plan, warnings, context);
    if (answer.task)
      return args.wait ? await waitFor(announced(answer.task, context), context) : told(answer.task, warnings, context);
    throw new Error('the daemon accepted the task without saying which');
  },
});

type Plan = NonNullable<Result<'start'>['plan']>;
type Request = Omit<Params<'start'>, 'prompt' | 'promptFile'>;

function toParams(args: Args, { cwd, env }: Context): Request {
  return {
    agent: args.agent,
    name: args.task,
    cwd: resolve(cwd(), args.cwd ?? '.'),
    permissions: parseChoice(args.permissions, PERMISSIONS, '--permissions'),
    ...(args.answers === undefined ? {} : { answers: parseChoice(args.answers, ANSWERING, '--answers') }),
    ...patternsOf(args),
    driver: parseChoice(args.driver, DRIVERS, '--driver'),
    labels: [...(args.label ?? [])],
    env: parseEnv(args.env ?? [], env),
    dryRun: args.dryRun,
    ...parseNotify(args),
    limitWait: !args.noLimitWait,
    ...(isGiven(args.yes, env) ? { trust: true } : {}),
    ...(args.iterate === undefined
      ? {}
      : { followUps: parseCount(args.iterate, { flag: '--iterate', min: 0, max: 100 }) }),
    ...(args.model === undefined ? {} : { model: args.model }),
    ...(args.resumePrompt === undefined ? {} : { resumePrompt: args.resumePrompt }),
    ...(args.budget === undefined ? {} : { budgetMs: parseDuration(args.budget, '--budget') }),
    ...(args.maxAttempts === undefined
      ? {}
      : { maxAttempts: parseCount(args.maxAttempts, { flag: '--max-attempts', min: 1, max: 1_000 }) }),
  };
}

function patternsOf({ allow = [], deny = [] }: Args): Pick<Request, 'allow' | 'deny'> {
  const bad = [...allow, ...deny].find((pattern) => !isPattern(pattern));
  if (bad !== undefined)
    throw usageError(`${JSON.stringify(bad)} is not a pattern: write TOOL or TOOL(WHAT), with * for any text`);
  return { ...(allow.length > 0 ? { allow: [...allow] } : {}), ...(deny.length > 0 ? { deny: [...deny] } : {}) };
}

/** A dry run needs no prompt; one that is given is looked at and left alone. */
async function dryRun(args: Args, params: Request, context: Context): Promise<Result<'start'>> {
  if (args.prompt !== undefined || args.promptFile !== undefined) await (await takePrompt(args, context)).discard();
  return (await context.daemon()).call('start', params);
}

async function commission(args: Args, params: Request, context: Context): Promise<Result<'start'>> {
  const prompt: Prompt = await takePrompt(args, context);
  if (args.mkdir || args.gitInit) (await import('../workplace.ts')).prepare(params.cwd, args);
  try {
    const daemon = await context.daemon();
    const request = { ...params, ...prompt.params };
    return await daemon.call('start', request).catch(async (error: unknown) => {
      const stdinIsPrompt = args.prompt === undefined && (args.promptFile ?? '-') === '-';
      const given = await isGivenNow(error, { directory: params.cwd, stdinIsPrompt }, daemon, context);
      if (given) return daemon.call('start', { ...request, trust: true });
      throw error;
    });
  } catch (error) {
    if (!(error instanceof ConnectionLost)) {
      await prompt.discard();
      throw error;
    }
    // Whether the task was accepted is unknown, and the prompt may be the daemon's already.
    throw new ConnectionLost(`${error.message}; it may have started: see holdfast show ${args.task}`, { cause: error });
  }
}

function showPlan(plan: Plan, warnings: readonly string[], { output }: Context): number {
  if (output.json) output.document({ plan, warnings });
  else {
    output.print(
      table([
        ['session', plan.session],
        ['agent', `${plan.agent}, ${plan.bin}`],
        ['driver', plan.driver],
        ['directory', plan.cwd],
        ['permissions', plan.permissions],
        ['environment', plan.environment.join(', ')],
        ...(plan.route ? [['told in', Object.values(plan.route).join(' ')]] : []),
        ['start', words(plan.start)],
        ['resume', words(plan.resume)],
      ]),
    );
  }
  return EXIT.ok;
}

/** Words as a shell would need them, so that they can be pasted. */
const words = (argv: readonly string[]): string =>
  argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');

function announced(
  task: TaskDetail,
  { output }: Context,
): { readonly tasks: readonly string[]; readonly any: boolean } {
  output.say(`started ${task.name}; watch it with: holdfast attach ${task.name}`);
  return { tasks: [task.id], any: false };
}

function told(task: TaskDetail, warnings: readonly string[], context: Context): number {
  const { output } = context;
  if (output.json) output.document({ task, warnings });
  else {
    announced(task, context);
    output.print(plainLine(task.id));
  }
  return EXIT.ok;
}
