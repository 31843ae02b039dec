import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand, oneTask } from '../command.ts';
import { taskWord } from '../options.ts';
import { taskLine } from '../task-text.ts';

/** `holdfast retry` */
export const retry = defineCommand({
  command: 'retry <task>',
  describe: 'run an ended task again, in the same conversation',
  builder: (yargs) => yargs.positional('task', taskWord).example('$0 retry fix-login', ''),
  words: oneTask,
  async handler({ task: selector }: { readonly task: string }, { daemon, output }) {
    const { task } = await (await daemon()).call('retry', { task: selector });
    if (output.json) output.document({ task });
    else output.print(taskLine(task, output));
    return EXIT.ok;
  },
});
