import { connect } from '../../protocol/client.ts';
import { Unreachable } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { actionOf } from '../action.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { control } from '../daemon-control.ts';
import { table } from '../table.ts';
import { since } from '../task-text.ts';

const ACTIONS: Readonly<Record<string, (context: Context) => Promise<number>>> = {
  start: control.start,
  stop: control.stop,
  restart,
  reload,
  status,
  run: control.run,
};

const NOT_RUNNING = 3; // as `systemctl status` has it

/** `holdfast daemon` */
export const daemon = defineCommand({
  command: 'daemon <action>',
  describe: 'start, stop, restart, reload, status, or run in the foreground',
  builder: (yargs) =>
    yargs
      .positional('action', { type: 'string', demandOption: true, describe: Object.keys(ACTIONS).join(', ') })
      .example('$0 daemon status', 'exit 3 if it is not running')
      .epilogue('Agents outlive the daemon: it finds them again when it starts.'),
  words: ([action, ...more]) => (action === undefined || more.length > 0 ? undefined : { action }),
  handler: ({ action }: { readonly action: string }, context) => actionOf('daemon', action, ACTIONS)(context),
});

/** With bad settings a good daemon would end for one that cannot start. */
async function restart(context: Context): Promise<number> {
  const { checkSettings } = await import('../../config/operations.ts');
  checkSettings({ file: context.paths.configFile });
  return await control.restart(context);
}

async function reload({ paths, output }: Context): Promise<number> {
  const connection = await connect(paths.socket);
  const done = await connection.call('reload', {}).finally(() => connection.close());
  if (output.json) output.document(done);
  else {
    output.say(done.changed.length > 0 ? `new: ${done.changed.join(', ')}` : 'nothing has changed');
    if (done.later.length > 0) output.say(`only after "holdfast daemon restart": ${done.later.join(', ')}`);
  }
  return EXIT.ok;
}

async function status({ paths, output }: Context): Promise<number> {
  let connection: Awaited<ReturnType<typeof connect>>;
  try {
    connection = await connect(paths.socket);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    if (output.json) output.document({ running: false, socket: paths.socket, stateDir: paths.stateDir });
    else output.say(`${error.message}`);
    return NOT_RUNNING;
  }
  const hello = await connection.call('hello', {}).finally(() => connection.close());
  if (output.json) {
    output.document({ running: true, socket: paths.socket, ...hello });
    return EXIT.ok;
  }
  output.print(
    table([
      ['daemon', `${hello.version}, pid ${hello.pid}, up ${since(hello.startedAt, Date.now())}`],
      ['tasks', `${hello.tasks.alive} alive, ${hello.tasks.ended} ended`],
      ['tmux', `${hello.tmux.version}: ${hello.tmux.command.join(' ')}`],
      ['state', hello.stateDir],
      ['socket', paths.socket],
      ['log', hello.logFile],
      ...(hello.later?.length ? [['waiting', `for "holdfast daemon restart": ${hello.later.join(', ')}`]] : []),
      ...hello.problems.map((problem) => [
        'problem',
        { text: problem, paint: (it: string) => output.paint('red', it) },
      ]),
    ]),
  );
  return EXIT.ok;
}
