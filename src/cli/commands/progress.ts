import { connect } from '../../protocol/client.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../errors.ts';
import { text } from '../options.ts';

interface Args {
  readonly words: readonly string[];
  readonly task?: string | undefined;
}

/** `holdfast progress` */
export const progress = defineCommand({
  command: 'progress <words..>',
  describe: 'tell how far you are, from inside of a task',
  builder: (yargs) =>
    yargs
      .positional('words', { type: 'string', array: true, demandOption: true, describe: 'a sentence for a person' })
      .option('task', text('which task [the one that this runs in]', 'TASK'))
      .example('$0 progress "3 of 7 modules are ported"', ''),
  words: (words) => (words.length === 0 ? undefined : { words }),
  async handler({ words, task }: Args, { env, paths, output }) {
    const inside = task ?? env.HOLDFAST_TASK;
    if (!inside) throw usageError('this runs inside of no task: name one with --task');
    const daemon = await connect(paths.socket); // never started from here: it would be a child of the agent
    const answer = await daemon.call('progress', { task: inside, text: words.join(' ') }).finally(() => daemon.close());
    if (output.json) output.document(answer);
    else output.say(`told: ${answer.told}`);
    return EXIT.ok;
  },
});
