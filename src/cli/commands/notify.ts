import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../errors.ts';
import { parseRoute, type RouteArgs, routeFlags } from '../notify-flags.ts';
import { table } from '../table.ts';

interface Args extends RouteArgs {
  readonly action: string;
  readonly notifier?: string | undefined;
}

const ACTIONS = ['check', 'test'] as const;

/** `holdfast notify` */
export const notify = defineCommand({
  command: 'notify <action> [notifier]',
  describe: 'check the notifiers, or send a test',
  builder: (yargs) =>
    yargs
      .positional('action', { type: 'string', demandOption: true, describe: ACTIONS.join(', ') })
      .positional('notifier', { type: 'string', describe: 'only this one, by its name in the settings' })
      .options(routeFlags)
      .example('$0 notify test phone', 'does it arrive?')
      .example('$0 notify check --session-key KEY', 'where would OpenClaw deliver to?'),
  words: ([action, notifier, ...more]) =>
    action === undefined || more.length > 0 ? undefined : { action, ...(notifier === undefined ? {} : { notifier }) },
  async handler(args: Args, { daemon, output }) {
    const action = ACTIONS.find((each) => each === args.action);
    if (action === undefined)
      throw usageError(`"notify ${args.action}" is no command: there are ${ACTIONS.join(', ')}`);
    const { notifier } = args;
    const params = { action, ...(notifier === undefined ? {} : { notifier }), ...parseRoute(args) };
    const { notifiers, route } = await (await daemon()).call('notify', params);
    if (output.json) output.document({ notifiers, ...(route ? { route } : {}) });
    else {
      if (route) output.print(table(Object.entries(route).map(([name, value]) => [name, value ?? ''])));
      if (notifiers.length === 0) output.say('the settings name no notifier: see docs/notices.md');
      const cell = (ok: boolean) => ({
        text: ok ? 'ok' : 'no',
        paint: (it: string) => output.paint(ok ? 'green' : 'red', it),
      });
      output.print(table(notifiers.map(({ name, ok, what }) => [name, cell(ok), what])));
    }
    return notifiers.every(({ ok }) => ok) ? EXIT.ok : EXIT.error;
  },
});
