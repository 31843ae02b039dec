import { readFileSync } from 'node:fs';
import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand } from '../command.ts';

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

/** `src/` and `dist/` are equally deep. */
function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error('package.json of holdfast has no version');
}
