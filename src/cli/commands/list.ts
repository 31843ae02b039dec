import { EXIT } from '../../protocol/exit-codes.ts';
import type { Params } from '../../protocol/methods.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../errors.ts';
import { text, texts, toggle } from '../options.ts';
import { taskTable } from '../task-table.ts';

interface Args {
  readonly state?: readonly string[] | undefined;
  readonly label?: string | undefined;
  readonly agent?: string | undefined;
  readonly watch: boolean;
}

/** `holdfast list` */
export const list = defineCommand({
  command: ['list', 'ls'],
  describe: 'the tasks',
  builder: (yargs) =>
    yargs
      .option('state', texts('only tasks in this state', 'STATE'))
      .option('label', text('only tasks with this in a label', 'TEXT'))
      .option('agent', text('only tasks of this agent', 'AGENT'))
      .option('watch', {
        ...toggle('again and again, in place, until ^C; with --json a line at each change'),
        alias: 'w',
      })
      .example('$0 list --state running --state stalled', 'what is at work now')
      .example('$0 list --watch', ''),
  words: (words) => (words.length === 0 ? { watch: false } : undefined),
  async handler({ state, label, agent, watch }: Args, context) {
    const { daemon, output } = context;
    const filters = {
      ...(state ? { states: await parseStates(state) } : {}),
      ...(label === undefined ? {} : { label }),
      ...(agent === undefined ? {} : { agent }),
    };
    if (watch) {
      if (!output.json && output.width === undefined) throw usageError('--watch needs a terminal, or --json');
      const { watchList } = await import('../watch/watch.ts');
      return await watchList(filters, context);
    }
    const answer = await (await daemon()).call('list', filters);
    const { tasks, degraded } = answer;
    if (degraded !== undefined) output.say(degraded);
    if (output.json) output.document(answer);
    else if (tasks.length === 0) {
      const others = (state ?? label ?? agent) && (await (await import('../no-match.ts')).noMatch(context)); // a plain list is quick
      output.say(others || 'no tasks. Start one with: holdfast start AGENT NAME --prompt TEXT');
    } else output.print(taskTable(tasks, Date.now(), output.width, output));
    return EXIT.ok;
  },
});

async function parseStates(words: readonly string[]): Promise<NonNullable<Params<'list'>['states']>> {
  const { STATES } = await import('../../domain/task.ts');
  return words.map((word) => {
    const state = STATES.find((each) => each === word);
    if (state) return state;
    throw usageError(`${JSON.stringify(word)} is not a state; there are ${STATES.join(', ')}`);
  });
}
