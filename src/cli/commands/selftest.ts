import { defineCommand } from '../command.ts';

/** `holdfast selftest` */
export const selftest = defineCommand({
  command: 'selftest',
  describe: 'let everything die once on this machine, and see every verdict',
  builder: (yargs) =>
    yargs
      .example('$0 selftest', 'half a minute; needs tmux, and neither a model nor an account')
      .epilogue('Exit 0: every verdict was right. Nothing of yours is touched, and nothing is left behind.'),
  words: (words) => (words.length === 0 ? {} : undefined),
  async handler(_: Record<string, unknown>, context) {
    const { runSelftest } = await import('../selftest/run.ts'); // not above: with any flag the CLI loads every command
    return runSelftest(context);
  },
});
