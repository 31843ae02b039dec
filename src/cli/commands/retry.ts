import { FAILURE_KINDS } from '../../domain/event.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand, oneTask } from '../command.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { parseChoice, text } from '../options.ts';
import { taskLine } from '../task-text.ts';

interface Args {
  readonly task?: string | undefined;
  readonly failedBy?: string | undefined;
  readonly agent?: string | undefined;
}

/** `holdfast retry` */
export const retry = defineCommand({
  command: 'retry [task]',
  describe: 'run an ended task again, in the same conversation',
  builder: (yargs) =>
    yargs
      .positional('task', { type: 'string', describe: 'name, id, session or unique prefix' })
      .option('failed-by', text('instead: all tasks that failed for this cause, such as auth or billing'))
      .option('agent', text('of these only the tasks of this agent'))
      .example('$0 retry fix-login', '')
      .example('$0 retry --failed-by auth', 'all that failed for want of a login, after logging in'),
  words: oneTask,
  async handler({ task: selector, failedBy, agent }: Args, context) {
    if ((selector === undefined) === (failedBy === undefined))
      throw usageError('retry either a task, or --failed-by CAUSE');
    if (selector === undefined) return await retryAll(failedBy ?? '', agent, context);
    if (agent !== undefined) throw usageError('--agent goes with --failed-by');
    const { daemon, output } = context;
    const { task } = await (await daemon()).call('retry', { task: selector });
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
