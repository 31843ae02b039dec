import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand } from '../command.ts';
import { ownVersion } from '../own-version.ts';

/** `holdfast version` */
export const version = defineCommand({
  command: 'version',
  describe: 'the version of this program',
  builder: (yargs) => yargs.example('$0 version --json', ''),
  words: (words) => (words.length === 0 ? {} : undefined),
  async handler(_: Record<string, unknown>, { output }) {
    const own = ownVersion();
    if (output.json) output.document({ version: own, node: process.version });
    else output.print(own);
    return EXIT.ok;
  },
});
