import { defineCommand } from '../command.ts';
import { parseDuration } from '../duration.ts';
import { text, toggle } from '../options.ts';
import { waitFor } from '../waiting.ts';

interface Args {
  readonly tasks: readonly string[];
  readonly any: boolean;
  readonly timeout?: string | undefined;
}

/** `holdfast wait` */
export const wait = defineCommand({
  command: 'wait <tasks..>',
  describe: "until tasks are over; the exit code is the task's own",
  builder: (yargs) =>
    yargs
      .positional('tasks', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'names, ids or unique prefixes',
      })
      .option('any', toggle('until one of them is over'))
      .option('timeout', text('at most so long; then exit 124', 'DURATION'))
      .example('$0 wait fix-login --timeout 2h && git push', 'only if it succeeded')
      .epilogue(
        'Exit code: 0 succeeded, 1-123 failed, 124 timeout, 125 gave up, 126 lost, 130 cancelled; the highest of several.',
      ),
  words: (tasks) => (tasks.length === 0 ? undefined : { tasks, any: false }),
  handler: ({ tasks, any, timeout }: Args, context) =>
    waitFor(
      { tasks, any, ...(timeout === undefined ? {} : { timeoutMs: parseDuration(timeout, '--timeout') }) },
      context,
    ),
});
