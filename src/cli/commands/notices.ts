import { EXIT } from '../../protocol/exit-codes.ts';
import type { Result } from '../../protocol/methods.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../options.ts';
import type { Output } from '../output.ts';
import { table } from '../table.ts';
import { since } from '../task-text.ts';

interface Args {
  readonly pending: boolean;
  readonly task?: string | undefined;
}
type Row = Result<'notices'>['notices'][number];

/** `holdfast notices` */
export const notices = defineCommand({
  command: 'notices',
  describe: 'what was told to whom',
  builder: (yargs) =>
    yargs
      .option('pending', toggle('only what somebody does not have yet'))
      .option('task', text('only of this task', 'TASK'))
      .example('$0 notices --pending', 'what is still on its way, and why'),
  words: (words) => (words.length === 0 ? { pending: false } : undefined),
  async handler({ pending, task }: Args, { daemon, output }) {
    const params = { pending, ...(task === undefined ? {} : { task }) };
    const found = await (await daemon()).call('notices', params);
    if (output.json) output.document({ notices: found.notices });
    else if (found.notices.length === 0)
      output.say(pending ? 'everything has been delivered' : 'nothing was told to anybody');
    else output.print(rows(found.notices, Date.now(), output));
    return EXIT.ok;
  },
});

const rows = (found: readonly Row[], now: number, output: Output): string =>
  table(
    found.flatMap(({ at, sentence, deliveries }) =>
      deliveries.map(({ notifier, state, tries, why }) => [
        since(at, now),
        notifier,
        {
          text: tries > 1 ? `${state} (${tries} tries)` : state,
          paint: (cell: string) => output.paint(style(state), cell),
        },
        why === undefined ? sentence : `${sentence} [${why}]`,
      ]),
    ),
    output.width,
  );

const style = (state: Row['deliveries'][number]['state']) =>
  state === 'pending' ? 'yellow' : state === 'sent' || state === 'merged' ? 'green' : 'red';
