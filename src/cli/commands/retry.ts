import { FAILURE_KINDS } from '../../domain/event.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand, oneTask } from '../command.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { parseChoice, text, toggle } from '../options.ts';
import { taskLine } from '../task-text.ts';

interface Args {
  readonly task?: string | undefined;
  readonly failedBy?: string | undefined;
  readonly agent?: string | undefined;
  readonly prompt?: string | undefined;
  readonly promptFile?: string | undefined;
  readonly yes: boolean;
}

/** `holdfast retry` */
export const retry = defineCommand({
  command: 'retry [task]',
  describe: 'run an ended task again, in the same conversation',
  builder: (yargs) =>
    yargs
      .positional('task', { type: 'string', describe: 'name, id, session or unique prefix' })
      .option('prompt-file', text('what is to be done now; "-" reads stdin [to go on]', 'FILE'))
      .option('prompt', text('the prompt itself', 'TEXT'))
      .option('yes', toggle('I allow it, also beyond its follow-ups (start --iterate)'))
      .option('failed-by', text('instead: all tasks that failed for this cause, such as auth or billing', 'CAUSE'))
      .option('agent', text('of these only the tasks of this agent', 'AGENT'))
      .example('$0 retry fix-login', '')
      .example('$0 retry fix-login --prompt-file more.md', 'the agent still knows all that was before')
      .example('$0 retry --failed-by auth', 'all that failed for want of a login, after logging in'),
  words: (words) => {
    const task = oneTask(words);
    return task && { ...task, yes: false };
  },
  async handler(args: Args, context) {
    const { task: selector, failedBy, agent } = args;
    if ((selector === undefined) === (failedBy === undefined))
      throw usageError('retry either a task, or --failed-by CAUSE');
    if (selector === undefined) return await retryAll(failedBy ?? '', agent, context);
    if (agent !== undefined) throw usageError('--agent goes with --failed-by');
    const { output } = context;
    const { task } = await request(selector, args, context);
    if (output.json) output.document({ task });
    else output.print(taskLine(task, output));
    return EXIT.ok;
  },
});

async function retryAll(cause: string, agent: string | undefined, { daemon, output }: Context): Promise<number> {
  const failedBy = parseChoice(cause, FAILURE_KINDS, '--failed-by');
  const { tasks } = await (await daemon()).call('retryFailed', {
    failedBy,
    ...(agent === undefined ? {} : { agent }),
  });
  if (output.json) output.document({ tasks });
  else if (tasks.length === 0) output.say(`no task has failed by ${failedBy}`);
  else for (const task of tasks) output.print(taskLine(task, output));
  return EXIT.ok;
}

async function request(task: string, { prompt, promptFile, yes }: Args, context: Context) {
  const wish = { task, ...(yes ? { consent: true } : {}) };
  if (prompt === undefined && promptFile === undefined) return (await context.daemon()).call('retry', wish);
  const { takePrompt } = await import('../prompt.ts');
  const { params, discard } = await takePrompt({ prompt, promptFile }, context);
  try {
    return await (await context.daemon()).call('retry', { ...wish, ...params });
  } catch (error) {
    await discard(); // where the daemon has taken it over there is nothing left to discard
    throw error;
  }
}
