import { EXIT } from '../../protocol/exit-codes.ts';
import type { Result } from '../../protocol/methods.ts';
import { defineCommand, oneTask } from '../command.ts';
import { taskWord } from '../options.ts';
import type { Output } from '../output.ts';
import { table } from '../table.ts';
import { since, stateCell, taskLine } from '../task-text.ts';

/** What the daemon has of a signal that says nothing. */
const SILENT = '-';

/** For persons: `provedDead`, the name of a happening, is "proved dead". */
const inWords = (text: string): string => text.replace(/(?<=^\w+)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** `holdfast explain` */
export const explain = defineCommand({
  command: 'explain <task>',
  describe: 'the evidence behind its state',
  builder: (yargs) => yargs.positional('task', taskWord).example('$0 explain fix-login', 'why does it wait?'),
  words: oneTask,
  async handler({ task }: { readonly task: string }, { daemon, output }) {
    const answer = await (await daemon()).call('explain', { task });
    if (output.json) output.document(answer);
    else output.print(evidence(answer, Date.now(), output));
    return EXIT.ok;
  },
});

function evidence({ task, looked, signals, history }: Result<'explain'>, now: number, output: Output): string {
  return [
    `${taskLine(task, output)}\n`,
    part(
      'what was looked at',
      looked.map(({ what, found }) => [what, found]),
    ),
    part(
      'what it says',
      signals.flatMap(({ signal, says }) => (says === SILENT ? [] : [[signal, inWords(says)]])),
    ),
    part(
      'what happened',
      history.map(({ at, happening, state, why }) => [
        `${since(at, now)} ago`,
        inWords(happening),
        stateCell(state, output),
        why ?? '',
      ]),
    ),
  ].join('');

  function part(title: string, rows: Parameters<typeof table>[0]): string {
    return rows.length === 0 ? '' : `\n${output.paint('bold', title)}\n${table(rows, output.width)}`;
  }
}
