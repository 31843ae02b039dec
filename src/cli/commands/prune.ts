import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand } from '../command.ts';
import { parseDuration } from '../duration.ts';
import { text, toggle } from '../options.ts';

interface Args {
  readonly task?: string | undefined;
  readonly older?: string | undefined;
  readonly dryRun: boolean;
}

/** `holdfast prune` */
export const prune = defineCommand({
  command: 'prune [task]',
  describe: 'forget ended tasks: end what they left running and remove their files',
  builder: (yargs) =>
    yargs
      .positional('task', { type: 'string', describe: 'only this one: name, id or unique prefix' })
      .option('older', text('only what ended longer ago than this', 'DURATION'))
      .option('dry-run', toggle('only say which'))
      .example('$0 prune --older 30d --dry-run', 'what would go'),
  async handler({ task, older, dryRun }: Args, { daemon, output }) {
    const which = {
      ...(task === undefined ? {} : { task }),
      ...(older === undefined ? {} : { olderMs: parseDuration(older, '--older') }),
    };
    const { pruned } = await (await daemon()).call('prune', { ...which, dryRun });
    if (output.json) output.document({ pruned, dryRun });
    else if (pruned.length === 0) output.say('nothing to forget');
    else {
      output.print(`${pruned.join('\n')}\n`);
      output.say(`${dryRun ? 'would forget' : 'forgot'} ${pruned.length} ${pruned.length === 1 ? 'task' : 'tasks'}`);
    }
    return EXIT.ok;
  },
});
