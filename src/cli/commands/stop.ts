import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand, oneTask } from '../command.ts';
import { parseDuration } from '../duration.ts';
import { taskWord, text } from '../options.ts';
import { taskLine } from '../task-text.ts';

const GRACE = '10s';

/** `holdfast stop` */
export const stop = defineCommand({
  command: 'stop <task>',
  describe: 'end a task and everything it started',
  builder: (yargs) =>
    yargs
      .positional('task', taskWord)
      .option('grace', { ...text('time between asking (TERM) and killing', 'DURATION'), default: GRACE })
      .example('$0 stop fix-login', '')
      .epilogue(
        'Exit code 75: not everything has ended 10 s after the grace; it is gone on with, and can be asked for again.',
      ),
  words: (words) => {
    const task = oneTask(words);
    return task && { ...task, grace: GRACE };
  },
  async handler({ task: selector, grace }: { readonly task: string; readonly grace: string }, { daemon, output }) {
    const graceMs = parseDuration(grace, '--grace');
    const { task } = await (await daemon()).call('stop', { task: selector, graceMs });
    if (output.json) output.document({ task });
    else output.print(taskLine(task, output));
    return EXIT.ok;
  },
});
