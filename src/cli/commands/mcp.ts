import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand } from '../command.ts';
import { ownVersion } from '../own-version.ts';

/** `holdfast mcp` */
export const mcp = defineCommand({
  command: 'mcp',
  describe: 'serve tools for agents on standard input and output (Model Context Protocol)',
  builder: (yargs) =>
    yargs
      .example('claude mcp add holdfast -- $0 mcp', 'in Claude Code')
      .example('codex mcp add holdfast -- $0 mcp', 'in Codex')
      .epilogue('A program starts this; it ends when its standard input does.'),
  words: (words) => (words.length === 0 ? {} : undefined),
  async handler(_: Record<string, unknown>, { stdin, stdout, daemon, output }) {
    const { serve } = await import('../../mcp/serve.ts');
    await serve({ version: ownVersion(), stdin, stdout, reach: daemon, say: output.say });
    return EXIT.ok;
  },
});
