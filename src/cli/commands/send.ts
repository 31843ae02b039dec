import { plainLine } from '../../domain/plain-text.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../errors.ts';
import { taskWord, texts, toggle } from '../options.ts';

interface Args {
  readonly task: string;
  readonly text?: readonly string[] | undefined;
  readonly key?: readonly string[] | undefined;
  readonly force: boolean;
}

/** `holdfast send` */
export const send = defineCommand({
  command: 'send <task> [text..]',
  describe: 'type into its session',
  builder: (yargs) =>
    yargs
      .positional('task', taskWord)
      .positional('text', {
        type: 'string',
        array: true,
        describe: 'what to type, followed by Enter; after -- it may begin with "-"',
      })
      .option('key', texts('a key as tmux names it: Enter, Escape, C-c', 'KEY'))
      .option('force', toggle('even if it does not wait for input'))
      .example('$0 send fix-login "yes, go on"', 'answer a question')
      .example('$0 send fix-login --key Down --key Enter', 'choose from a menu'),
  async handler({ task, text = [], key = [], force }: Args, { daemon, output }) {
    if (text.length > 0 && key.length > 0) throw usageError('give either a text or keys: send the one, then the other');
    if (text.length === 0 && key.length === 0) {
      throw usageError('nothing to send: give a text, or keys, as in: holdfast send TASK --key Enter');
    }
    const what = text.length > 0 ? { text: text.join(' ') } : { keys: [...key] };
    const { sent } = await (await daemon()).call('send', { task, force, ...what });
    if (output.json) output.document({ sent });
    else output.say(`sent ${plainLine(sent)}`);
    return EXIT.ok;
  },
});
