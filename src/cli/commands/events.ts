import { EXIT } from '../../protocol/exit-codes.ts';
import type { EventRow } from '../../protocol/notices.ts';
import { patiently } from '../../protocol/patient.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../options.ts';
import type { Output } from '../output.ts';
import { table } from '../table.ts';

interface Args {
  readonly since?: string | undefined;
  readonly follow: boolean;
  readonly task?: string | undefined;
}

const WAIT_MS = 30_000;

/** `holdfast events` */
export const events = defineCommand({
  command: 'events',
  describe: 'every happening of every task, in order',
  builder: (yargs) =>
    yargs
      .option('since', text('only what came after this cursor', 'CURSOR'))
      .option('follow', { ...toggle('go on for ever'), alias: 'f' })
      .option('task', text('only of this task', 'TASK'))
      .example('$0 events --json', 'all there is, one JSON document per line')
      .example('$0 events --since 3.141 -f --json', 'go on where you were, and miss nothing'),
  words: (words) => (words.length === 0 ? { follow: false } : undefined),
  async handler({ since, follow, task }: Args, context) {
    const { output } = context;
    const daemon = await patiently({ reach: context.returnedDaemon, say: output.say });
    const only = task === undefined ? {} : { task };
    let after = since;
    for (;;) {
      const from = after === undefined ? {} : { after };
      const answer = await daemon.ask('events', { ...only, ...from, waitMs: follow ? WAIT_MS : 0 });
      print(answer.events, output);
      after = answer.cursor;
      if (!follow && !answer.more) break;
    }
    daemon.close();
    return EXIT.ok;
  },
});

function print(found: readonly EventRow[], output: Output): void {
  if (output.json) for (const event of found) output.document(event);
  else if (found.length > 0)
    output.print(
      table(
        found.map(({ cursor, at, name, happening, state, why = '' }) => [cursor, at, name, happening.type, state, why]),
        output.width,
      ),
    );
}
