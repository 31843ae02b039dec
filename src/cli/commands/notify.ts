import { EXIT } from '../../protocol/exit-codes.ts';
import type { Params } from '../../protocol/methods.ts';
import { actionOf } from '../action.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../errors.ts';
import { parseRoute, type RouteArgs, routeFlags } from '../notify-flags.ts';
import { text, toggle } from '../options.ts';
import { table } from '../table.ts';

interface Args extends RouteArgs {
  readonly action: string;
  readonly notifier?: string | undefined;
  readonly message?: string | undefined;
  readonly wake: boolean;
}

const ACTIONS = { check: 'check', test: 'test', send: 'send' } as const;

/** `holdfast notify` */
export const notify = defineCommand({
  command: 'notify <action> [notifier]',
  describe: 'check the notifiers, send a test, or words of your own',
  builder: (yargs) =>
    yargs
      .positional('action', { type: 'string', demandOption: true, describe: Object.keys(ACTIONS).join(', ') })
      .positional('notifier', { type: 'string', describe: 'only this one, by its name in the settings' })
      .option('message', text('what to send', 'TEXT'))
      .option('wake', toggle('wake the agent of the session with it'))
      .options(routeFlags)
      .example('$0 notify test phone', 'does it arrive?')
      .example('$0 notify send --session-key KEY --message "The build is red" --wake', '')
      .example('$0 notify check --session-key KEY', 'where would OpenClaw deliver to?'),
  words: ([action, notifier, ...more]) =>
    action === undefined || more.length > 0
      ? undefined
      : { action, wake: false, ...(notifier === undefined ? {} : { notifier }) },
  async handler(args: Args, { daemon, output }) {
    const params = paramsFrom(args);
    const { notifiers, route } = await (await daemon()).call('notify', params);
    if (output.json) output.document({ notifiers, ...(route ? { route } : {}) });
    else {
      if (route) output.print(table(Object.entries(route).map(([name, value]) => [name, value ?? ''])));
      const cell = (ok: boolean) => ({
        text: ok ? 'ok' : 'no',
        paint: (it: string) => output.paint(ok ? 'green' : 'red', it),
      });
      if (notifiers.length === 0) output.say('the settings name no notifier: see docs/notices.md');
      else output.print(table(notifiers.map(({ name, ok, what }) => [name, cell(ok), what])));
    }
    return notifiers.every(({ ok }) => ok) ? EXIT.ok : EXIT.error;
  },
});

function paramsFrom({ action: word, notifier, message, wake, ...route }: Args): Params<'notify'> {
  const action = actionOf('notify', word, ACTIONS);
  if (action !== 'send' && (message !== undefined || wake))
    throw usageError('--message and --wake belong to "notify send"');
  return {
    action,
    ...(notifier === undefined ? {} : { notifier }),
    ...(message === undefined ? {} : { message }),
    ...(wake ? { wake } : {}),
    ...parseRoute(route),
  };
}
