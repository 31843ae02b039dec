import { plainText } from '../../domain/plain-text.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { actionOf } from '../action.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { endDaemon } from '../daemon-control.ts';
import { usageError } from '../errors.ts';
import { toggle } from '../options.ts';

interface Args {
  readonly action: string;
  readonly dryRun: boolean;
  readonly force: boolean;
}

type Action = (context: Context, args: Args) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = { install, uninstall, status, restart };

/** `holdfast service` */
export const service = defineCommand({
  command: 'service <action>',
  describe: 'let systemd or launchd keep the daemon, through logout and reboot',
  builder: (yargs) =>
    yargs
      .positional('action', { type: 'string', demandOption: true, describe: Object.keys(ACTIONS).join(', ') })
      .option('dry-run', toggle('only print the service file'))
      .option(
        'force',
        toggle('install, uninstall: also over the service of another state directory; uninstall: without the manager'),
      )
      .example('$0 service install', 'again after each upgrade, and after an agent has moved')
      .example('$0 service install --dry-run', 'what would be written, and where')
      .epilogue('Agents outlive the service: neither restart nor uninstall ends one.'),
  words: ([action, ...more]) =>
    action === undefined || more.length > 0 ? undefined : { action, dryRun: false, force: false },
  handler(args: Args, context) {
    const act = actionOf('service', args.action, ACTIONS);
    if (args.dryRun && act !== install) throw usageError('--dry-run belongs to "service install"');
    if (args.force && act !== install && act !== uninstall)
      throw usageError('--force belongs to "service install" and "service uninstall"');
    return act(context, args);
  },
});

/** It needs more than the other commands, so it is loaded for these alone. */
const door = () => import('../../install/service.ts');

/** With bad settings a good daemon would end for one that cannot start. */
async function mustHaveGoodSettings({ paths }: Context): Promise<void> {
  const { checkSettings } = await import('../../config/operations.ts');
  checkSettings({ file: paths.configFile });
}

async function install(context: Context, { dryRun, force }: Args): Promise<number> {
  const { paths, env, output } = context;
  const { installService, planService } = await door();
  if (!dryRun) await mustHaveGoodSettings(context);
  const done = dryRun
    ? await planService(paths, env)
    : await installService(paths, env, { force, endOther: () => endDaemon(context) });
  for (const warning of done.warnings) output.say(warning);
  if (output.json) {
    output.document(done);
    return EXIT.ok;
  }
  if (dryRun) {
    output.say(`this would be ${done.file.path}`);
    output.print(plainText(done.file.text));
    return EXIT.ok;
  }
  output.say(`${done.changed ? 'wrote' : 'kept'} ${done.file.path}; ${done.manager} runs the daemon`);
  if (done.lingers === false)
    output.say(
      'at your last logout everything of yours ends, agents too: let it go on with "sudo loginctl enable-linger $USER"',
    );
  if (done.lingers === 'unknown')
    output.say(
      'whether it outlives your last logout could not be told (loginctl show-user failed): see to it with "sudo loginctl enable-linger $USER"',
    );
  return EXIT.ok;
}

async function uninstall({ paths, env, output }: Context, { force }: Args): Promise<number> {
  const { uninstallService } = await door();
  const done = await uninstallService(paths, env, { force });
  if (output.json) output.document(done);
  else if (!done.removed) output.say(`there is no service: ${done.file} does not exist`);
  else if (!done.stopped)
    output.say(`removed ${done.file}, no more: its manager does not answer, and a daemon of it may still run`);
  else
    output.say(
      `removed ${done.file}. Agents go on, but nobody resumes them until a daemon runs again: holdfast daemon start`,
    );
  return EXIT.ok;
}

async function restart(context: Context): Promise<number> {
  const { paths, env, output } = context;
  const { restartService } = await door();
  await mustHaveGoodSettings(context);
  await restartService(paths, env);
  if (output.json) output.document({ restarted: true });
  else output.say('restarted the daemon; agents went on');
  return EXIT.ok;
}

async function status({ paths, env, output }: Context): Promise<number> {
  const { serviceStatus } = await door();
  const { exitCode, stdout, stderr, ...known } = await serviceStatus(paths, env);
  if (output.json) {
    output.document({ ...known, active: exitCode === 0 });
    return exitCode;
  }
  if (!known.installed) {
    output.say(`there is no service for ${paths.stateDir}. Install one with: holdfast service install`);
    return exitCode;
  }
  if (stdout) output.print(plainText(stdout));
  if (stderr) output.say(stderr);
  else if (exitCode !== 0)
    output.say('it does not run: see why with "holdfast daemon run", or start it with "holdfast service restart"');
  if (!known.current)
    output.say(
      'its file is not what this holdfast writes from this shell, after an upgrade or a move: holdfast service install',
    );
  return exitCode;
}
