import { plainLine } from '../../domain/plain-text.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand } from '../command.ts';
import { taskWord } from '../options.ts';

interface Args {
  readonly task: string;
  readonly text: readonly string[];
}

/** `holdfast answer` */
export const answer = defineCommand({
  command: 'answer <task> <text..>',
  describe: 'answer the question of an agent',
  builder: (yargs) =>
    yargs
      .positional('task', taskWord)
      .positional('text', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'a choice, its beginning, or any text',
      })
      .example('$0 answer fix-login yes', ''),
  async handler({ task, text }: Args, { daemon, output }) {
    const answered = await (await daemon()).call('answer', { task, text: text.join(' ') });
    if (output.json) output.document(answered);
    else output.say(plainLine(answered.sent));
    return EXIT.ok;
  },
});
