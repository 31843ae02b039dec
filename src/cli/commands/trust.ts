import { resolve } from 'node:path';
import { plainLine } from '../../domain/plain-text.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Params } from '../../protocol/methods.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../errors.ts';
import { text, toggle } from '../options.ts';
import { table } from '../table.ts';
import { since } from '../task-text.ts';

interface Args {
  readonly directory?: string | undefined;
  readonly list: boolean;
  readonly remove?: string | undefined;
}

/** `holdfast trust` */
export const trust = defineCommand({
  command: 'trust [directory]',
  describe: 'let agents work in a directory, and below it',
  builder: (yargs) =>
    yargs
      .positional('directory', { type: 'string', describe: 'where agents may work without a question' })
      .option('list', toggle('the directories that are trusted'))
      .option('remove', text('trust this directory no longer; its tasks go on', 'DIR'))
      .example('$0 trust ~/src', 'for every project in it'),
  words: ([directory, ...more]) =>
    directory === undefined || more.length > 0 ? undefined : { directory, list: false },
  async handler(args: Args, { daemon, output, cwd }) {
    const request = toRequest(args, cwd());
    const answer = await (await daemon()).call('trust', request);
    if (output.json) output.document(answer);
    else if (request.action !== 'list') output.say(done(request, answer.trusted === true));
    else if (answer.directories.length === 0)
      output.say('no directory is trusted yet. Trust one with: holdfast trust DIR');
    else {
      const now = Date.now();
      output.print(table(answer.directories.map((each) => [each.directory, `for ${since(each.since, now)}`])));
    }
    return EXIT.ok;
  },
});

function toRequest({ directory, list, remove }: Args, cwd: string): Params<'trust'> {
  const given = [directory !== undefined, list, remove !== undefined].filter(Boolean).length;
  if (given !== 1)
    throw usageError('say one thing: a DIRECTORY to trust ("." is this one), --remove DIRECTORY, or --list');
  if (list) return { action: 'list' };
  return remove === undefined
    ? { action: 'add', directory: resolve(cwd, directory ?? '.') }
    : { action: 'remove', directory: resolve(cwd, remove) };
}

function done({ action, directory = '' }: Params<'trust'>, trusted: boolean): string {
  if (action === 'add') return `agents may work in ${plainLine(directory)} and below it`;
  return trusted
    ? `${plainLine(directory)} is off the list; the settings ask for no consent (directories.confirm)`
    : `a task in ${plainLine(directory)} needs your consent again`;
}
