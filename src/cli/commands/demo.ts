import { defineCommand } from '../command.ts';

/** `holdfast demo` */
export const demo = defineCommand({
  command: 'demo',
  describe: 'see a killed agent go on, in a throw-away home',
  builder: (yargs) =>
    yargs
      .example('$0 demo', 'about ten seconds; needs tmux, and neither a model nor an account')
      .epilogue('Nothing of yours is touched, and nothing is left behind.'),
  words: (words) => (words.length === 0 ? {} : undefined),
  async handler(_: Record<string, unknown>, context) {
    const { runDemo } = await import('../demo/run.ts'); // not above: with any flag the CLI loads every command
    return runDemo(context);
  },
});
