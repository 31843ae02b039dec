import { spawn } from 'node:child_process';
import { overText } from '../../domain/over-text.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand, oneTask } from '../command.ts';
import { usageError } from '../errors.ts';
import { taskWord, toggle } from '../options.ts';
import { type AttachPlan, planAttach } from '../tmux-client.ts';

interface Args {
  readonly task: string;
  readonly readOnly: boolean;
}

/** `holdfast attach` */
export const attach = defineCommand({
  command: 'attach <task>',
  describe: 'watch its session, or type into it',
  builder: (yargs) =>
    yargs
      .positional('task', taskWord)
      .option('read-only', { ...toggle('only watch'), alias: 'r' })
      .example('$0 attach fix-login --read-only', 'Ctrl-B D leaves; the agent goes on'),
  words: (words) => {
    const task = oneTask(words);
    return task && { ...task, readOnly: false };
  },
  async handler({ task: selector, readOnly }: Args, context) {
    const daemon = await context.daemon();
    const { task } = await daemon.call('show', { task: selector });
    if (task.sessionGone) throw new Refusal(EXIT.wrongState, overText(task.name, task.state));
    if (!context.stdin.isTTY || !context.stdout.isTTY) {
      throw usageError(`attach needs a terminal. In one, this shows the session: ${task.attachCommand}`);
    }
    const { tmux } = await daemon.call('hello', {});
    context.close();
    const plan = planAttach({ command: tmux.command, session: task.session, readOnly }, context.env);
    if (plan.nested) context.output.say('this is another tmux: press its prefix twice to reach the inner one');
    const shown = await become(plan);
    if (!shown) context.output.say(`tmux did not attach. What the agent did is in: holdfast logs ${task.name}`);
    return shown ? EXIT.ok : EXIT.error;
  },
});

/** True where tmux has shown the session and was left. */
function become({ argv, env }: AttachPlan): Promise<boolean> {
  const [file = 'tmux', ...args] = argv;
  return new Promise((resolve, reject) => {
    // not here: with "." in PATH a `tmux` of this directory would be run
    const child = spawn(file, args, { stdio: 'inherit', env, cwd: '/' });
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'ENOENT' ? 'it is not on PATH; install tmux' : cause.message;
      reject(new Refusal(EXIT.noTmux, `cannot run ${file}: ${why}`, { cause }));
    });
    child.once('exit', (status) => resolve(status === 0));
  });
}
